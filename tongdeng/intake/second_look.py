"""Records without a number of their own that were linked to somebody: do they still belong there?

Each is judged as if it were a person of its own, against the rest of its person's records and against others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tongdeng.intake.candidates import Row
from tongdeng.intake.types import Doubt
from tongdeng.linkage import settings
from tongdeng.linkage.joining import Fit

# Kept apart from the links drawn by chance: these were picked because they look wrong, and say nothing of precision.
AGAIN = f"{settings.VERSION}, judged again"


def weights_of(fit: Fit) -> dict[str, Any]:
    """Return what is kept beside a decision: the model, the whole weight, and what each comparison said."""
    compared = [{"name": name, "level": level, "weight": weight} for name, level, weight in fit.comparisons]
    return {
        "model": settings.VERSION,
        "weight": round(fit.weight, 2),
        "probability": round(fit.probability, 6),
        "comparisons": compared,
    }


def set_apart(linked: Iterable[Row], rows: list[Row]) -> tuple[dict[int, Row], list[Row]]:
    """Return the linked records to be judged, under their negative ids as persons, and all rows with them so marked.

    A number that other records of the person bear settles the matter, and a record alone has nobody to be told from.
    """
    linked = list(linked)
    judged = {row.record for row in linked}
    rest = [(row.person, row.values.get("id_number")) for row in rows if row.record not in judged]
    bearing, accompanied = {one for one in rest if one[1]}, {person for person, _ in rest}
    apart = {
        -row.record: row
        for row in linked
        if row.record and row.person in accompanied and (row.person, row.values.get("id_number")) not in bearing
    }
    return apart, [replace(row, person=-row.record) if row.record and -row.record in apart else row for row in rows]


def doubts_about(
    apart: Mapping[int, Row], fits: Iterable[Fit], model: settings.Model, numbered: Collection[int],
    rivals: Collection[int] | None = None,
) -> Iterator[Doubt]:  # fmt: skip
    """Yield a doubt for each record set apart that does not clearly belong to its person any more.

    Only `rivals`, where given, count as others, and then a record that merely fits its person badly is left alone.
    """
    near = _nearest(apart, fits)
    for record, row in apart.items():
        own = near[record].pop(row.person, None)
        others = [one for one in near[record].items() if rivals is None or one[0] in rivals]
        person, fit = max(others, key=lambda one: (one[1].weight, -one[0]), default=(row.person, None))
        is_rivalled = fit and fit.weight >= model.threshold and (not own or fit.weight > own.weight - model.margin)
        if fit and is_rivalled and not {person, row.person} <= set(numbered):
            yield Doubt(row.person, person, row.record, "proposal", weights_of(fit))
        elif is_rivalled or (rivals is None and (own is None or own.weight < model.threshold)):
            # Two bearers of numbers are two persons; the question is only whose record this is.
            said = weights_of(own) if own else {"comparisons": []}
            rival = {"rival": person} if is_rivalled else {}
            yield Doubt(row.person, row.person, row.record, "sample", {**said, **rival, "model": AGAIN})


def _nearest(apart: Mapping[int, Row], fits: Iterable[Fit]) -> dict[int, dict[int, Fit]]:
    """Return for each record set apart its best fit with every person."""
    near: dict[int, dict[int, Fit]] = {record: {} for record in apart}
    for fit in fits:
        for record in {fit.left, fit.right} & apart.keys():
            # Another such record speaks for its own person.
            other = fit.other(record)
            person = apart[other].person if other in apart else other
            best = near[record].get(person)
            if best is None or best.weight < fit.weight:
                near[record][person] = fit
    return near
