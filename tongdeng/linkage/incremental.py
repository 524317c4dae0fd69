"""Scores persons of a register against others: the saved model on block candidates only.

How frequent a name or phone is, and how many people there are, must be those of the whole register: among candidates
everybody has a namesake.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from tongdeng.linkage import blocking, comparisons, database, guards
from tongdeng.linkage.joining import Fit
from tongdeng.linkage.runner import Run, opened
from tongdeng.linkage.settings import Model

# A county never has fewer: without this, two rows in an empty register would be one person for their surname.
FEWEST_PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class Background:
    """What the register knows beyond the candidates: how many people, and how many bear each plain name and phone."""

    people: int
    names: Mapping[str, int]
    phones: Mapping[str, int]

    @property
    def population(self) -> int:
        """Return how many people two at random are drawn from."""
        return max(self.people, FEWEST_PEOPLE)


_BEST = """
CREATE TABLE best AS
SELECT l.person AS left_person, r.person AS right_person, unique_id_l, unique_id_r, match_weight, match_probability
FROM allowed JOIN node AS l ON l.unique_id = unique_id_l JOIN node AS r ON r.unique_id = unique_id_r
QUALIFY row_number() OVER (
    PARTITION BY least(l.person, r.person), greatest(l.person, r.person)
    ORDER BY match_weight DESC, unique_id_l, unique_id_r
) = 1
"""


def fits(rows: pa.Table, model: Model, background: Background, *, threads: int | None = None) -> list[Fit]:
    """Return how well the persons of these rows fit one another, down to where one could cast doubt on a join."""
    if len(set(rows["person"].to_pylist())) < 2:
        return []
    with opened(rows, threads=threads, memory=database.SCORING) as run:
        return list(_fits(run, model, background))


def _fits(run: Run, model: Model, background: Background) -> Iterator[Fit]:
    connection = run.connection
    linker = Linker(DuckDBAPI(connection).register("node"), _settings(model, background), log_level=None)
    for column, counts in (("plain", background.names), ("phone", background.phones)):
        _frequencies(linker, connection, column, counts, background.population)
    scored = linker.inference.predict(threshold_match_weight=model.threshold - model.margin, warning_mode="never")
    guards.allowed(connection, scored.physical_name).create("allowed")
    connection.execute(_BEST)
    levels = {c["output_column_name"]: _labels(c) for c in comparisons.ALL}
    columns = ", ".join(f"gamma_{name}, mw_{name} + {_adjustment(name)}" for name in levels)
    found = connection.sql(
        f"SELECT left_person, right_person, l.ids[1], r.ids[1], best.match_weight, best.match_probability, {columns}"
        f" FROM best JOIN {scored.physical_name} AS scored USING (unique_id_l, unique_id_r)"
        " JOIN grouped AS l ON l.unique_id = unique_id_l JOIN grouped AS r ON r.unique_id = unique_id_r"
    )
    for left, right, left_row, right_row, weight, probability, *told in found.fetchall():
        compared = tuple(
            (comparisons.CALLED[name], labels[gamma], round(points, 2))
            for (name, labels), gamma, points in zip(levels.items(), told[::2], told[1::2], strict=True)
        )
        yield Fit(left, right, left_row, right_row, round(weight, 4), probability, compared)


def _settings(model: Model, background: Background) -> dict[str, Any]:
    splink = copy.deepcopy(model.splink)
    splink["probability_two_random_records_match"] = 1 / background.population
    splink["retain_intermediate_calculation_columns"] = splink["retain_matching_columns"] = True
    splink["blocking_rules_to_generate_predictions"] = [
        {**rule, "blocking_rule": f"{rule['blocking_rule']} AND l.person <> r.person"} for rule in blocking.rules()
    ]
    return splink


def _frequencies(
    linker: Linker, connection: duckdb.DuckDBPyConnection, column: str, counts: Mapping[str, int], population: int
) -> None:
    values = pa.array(list(counts), pa.string())
    shares = pa.array([count / population for count in counts.values()], pa.float64())
    connection.register(f"{column}_shares", pa.table({column: values, f"tf_{column}": shares}))
    connection.execute(f"CREATE TABLE frequent_{column} AS FROM {column}_shares")
    lookup = linker._db_api.register(f"frequent_{column}")
    linker.table_management.register_term_frequency_lookup(lookup, column)


def _labels(comparison: dict[str, Any]) -> dict[int, str]:
    """Return the label of each level by Splink's number for it: -1 where nothing is stated, the surest highest."""
    levels = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
    numbered = {len(levels) - 1 - place: one["label_for_charts"] for place, one in enumerate(levels)}
    return {-1: comparisons.NOT_STATED, **numbered}


def _adjustment(name: str) -> str:
    return f"coalesce(mw_tf_adj_{name}, 0)" if name in ("plain", "phone") else "0"
