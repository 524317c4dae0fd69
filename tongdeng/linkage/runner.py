"""One run: gathered rows in, a person for each of them out."""

import copy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from tongdeng.linkage import clusters, database, guards, nodes
from tongdeng.linkage.clusters import Membership, Pair
from tongdeng.linkage.comparisons import BEHIND
from tongdeng.linkage.settings import Model

# A run that lacks a comparison may not claim more than this for each that is missing.
LOWERED = 0.95
LARGE = "4GB"  # of memory for all the rolls of a county at once

# A row in doubt is a person of its own, also beside a row that says exactly the same: they may be of two namesakes.
_PERSONS = """
CREATE OR REPLACE TABLE person AS
SELECT id, dense_rank() OVER (ORDER BY cluster, CASE WHEN in_doubt THEN id ELSE 0 END) AS person, probability, in_doubt
FROM (SELECT unnest(ids) AS id, unique_id FROM grouped) JOIN membership USING (unique_id)
"""

_RESULT = """
SELECT file, row, 'P' || person.person AS person, round(probability, 6) AS probability
FROM source LEFT JOIN person USING (id)
ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of a run: `table` has file, row, person and probability in the order of the rows; `doubts` are rows."""

    table: pa.Table
    people: int
    doubts: int
    pairs: int
    missing: tuple[str, ...]

    @property
    def most_claimed(self) -> float:
        """Return the highest probability that a run with so much missing may claim."""
        return LOWERED ** len(self.missing)


def link(rows: pa.Table, model: Model, *, threads: int | None = None) -> Linked:
    """Say who is who among gathered rows. What `missing` names was compared in no row, and the claims are lower."""
    with opened(rows, threads=threads) as run:
        return run.result(model, run.scored_pairs(model))


@contextmanager
def opened(rows: pa.Table, *, threads: int | None = None, memory: str = LARGE) -> Iterator["Run"]:
    """Prepare gathered rows in a database of their own, in memory."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    with database.opened(threads=threads, memory=memory) as connection:
        nodes.prepare(connection, rows)
        yield Run(connection)


class Run:
    """Prepared rows. Scoring is the work; the same scores can be clustered at several thresholds."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._missing = tuple(nodes.missing_columns(connection, BEHIND))
        found = connection.sql("SELECT unique_id, number FROM node ORDER BY unique_id").fetchall()
        self._nodes = [node for node, _ in found]
        self._numbers = {node: number for node, number in found if number}

    def scored_pairs(self, model: Model) -> list[Pair]:
        """Return the pairs that fit well enough to join, or to cast doubt on one that would."""
        if len(self._nodes) < 2:
            return []
        splink: dict[str, Any] = copy.deepcopy(model.splink)
        # The odds that two rows at random are one person are those of this run, not of the county of the training.
        people = max(len(set(self._numbers.values())), len(self._nodes) / 3, 2)
        splink["probability_two_random_records_match"] = 1 / people
        linker = Linker(DuckDBAPI(self.connection).register("node"), splink, log_level=None)
        found = linker.inference.predict(threshold_match_weight=model.threshold - model.margin, warning_mode="never")
        return [Pair(*values) for values in guards.allowed(self.connection, found.physical_name).fetchall()]

    def result(self, model: Model, pairs: list[Pair]) -> Linked:
        """Return who is who, by these pairs and the model's thresholds."""
        members = clusters.cluster(self._nodes, self._numbers, pairs, threshold=model.threshold, margin=model.margin)
        self._tell(members)
        self.connection.execute(_PERSONS)
        counts = "SELECT count(DISTINCT person), count(*) FILTER (in_doubt) FROM person"
        ((people, doubts),) = self.connection.execute(counts).fetchall()
        table = self.connection.sql(_RESULT).to_arrow_table()
        return Linked(table, people, doubts, len(pairs), self._missing)

    def _tell(self, members: dict[int, Membership]) -> None:
        most = LOWERED ** len(self._missing)
        columns = {
            "unique_id": pa.array(list(members), pa.int64()),
            "cluster": pa.array([member.cluster for member in members.values()], pa.int64()),
            "in_doubt": pa.array([member.in_doubt for member in members.values()], pa.bool_()),
            "probability": pa.array([min(member.probability, most) for member in members.values()], pa.float64()),
        }
        self.connection.register("membership", pa.table(columns))
