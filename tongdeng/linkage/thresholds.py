"""Chooses the threshold and the margin where it is known who is who, and says how."""

from collections.abc import Mapping

import pyarrow as pa

from tongdeng.linkage import runner
from tongdeng.linkage.quality import Quality, compare
from tongdeng.linkage.settings import Model

THRESHOLDS = tuple(range(-2, 21, 2))
# No more than 8, which is odds of 250 to 1: beyond, even a row with its own phone would be called doubtful beside a
# namesake, and a county has too few namesakes for the truth to object.
MARGINS = (2, 4, 6, 8)
# Half the margin. In counties of 20,000 at noise 1 and 2, one and four pairs of persons among 160,000 rows lie so
# little below the threshold: whoever differs, differs by more. None of the five was one person; they are asked about
# all the same, because what the threshold just missed may be somebody twice in the register.
ZONE = 4.0
Truth = Mapping[tuple[str, int], str]


def choose(rows: pa.Table, model: Model, truth: Truth) -> Model:
    """Return the model with the threshold and margin that give the highest F1; of equals, the most cautious."""
    lowest = model.at(float(THRESHOLDS[0]), float(MARGINS[-1]))
    with runner.opened(rows) as run:
        pairs = run.scored_pairs(lowest)
        tried: list[tuple[float, int, int, Quality]] = []
        for threshold in THRESHOLDS:
            for margin in MARGINS:
                found = run.result(lowest.at(float(threshold), float(margin)), pairs)
                quality = judge(found.table, truth)
                tried.append((round(quality.f1, 5), threshold, margin, quality))
    _, threshold, margin, quality = max(tried, key=lambda one: one[:3])
    chosen = (
        f"{quality} over {len(rows)} rows of known truth was the highest of thresholds {list(THRESHOLDS)} with margins "
        f"{list(MARGINS)}; of equals to five places the most cautious"
    )
    return model.at(float(threshold), float(margin), chosen)


def judge(result: pa.Table, truth: Truth) -> Quality:
    """Compare a result with the truth; a row of nobody is left aside, and one without a person is alone."""
    columns = (result[name].to_pylist() for name in ("file", "row", "person"))
    rows = ((truth.get((file, row), ""), person or f"{file}:{row}") for file, row, person in zip(*columns, strict=True))
    return compare((person, cluster) for person, cluster in rows if person)
