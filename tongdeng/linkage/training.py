"""Training by expectation maximisation: no truth is needed for the weights, a fixed seed makes them repeatable."""

import logging
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.linkage import blocking, nodes, settings

SEED = 1
RANDOM_PAIRS = 2_000_000
LEAST_M, LEAST_U = 0.002, 1e-5


def train(rows: pa.Table) -> dict[str, Any]:
    """Return Splink's settings with m and u learned from these rows."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    # One thread: with more, sums of floats come in another order and the same data would not give the same bytes.
    with duckdb.connect(config={"threads": 1}) as connection:
        nodes.prepare(connection, rows)
        api = DuckDBAPI(connection)
        linker = Linker(api.register("node"), settings.untrained(), log_level=None)
        try:
            return _learned(linker)
        except ValueError as error:
            # What Splink runs into when no pair at all looks like one person.
            fact = Text("这些行太少或太不重复，学不出模型", "too few of these rows are of one person to learn from")
            raise UnusableInput("linkage.train.too_little", fact) from error


def _learned(linker: Linker) -> dict[str, Any]:
    linker.training.estimate_probability_two_random_records_match(["l.number = r.number"], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    for keys in blocking.TRAINING:
        linker.training.estimate_parameters_using_expectation_maximisation(
            blocking.rule(keys), record_sample_proportion=1.0
        )
    return _bounded(linker.misc.save_model_to_json())


def _bounded(learned: dict[str, Any]) -> dict[str, Any]:
    """Keep every probability away from nought: what one county never saw is rare, not impossible."""
    for comparison in learned["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level["m_probability"] = round(max(level.get("m_probability") or 0.0, LEAST_M), 6)
                level["u_probability"] = round(max(level.get("u_probability") or 0.0, LEAST_U), 9)
    learned.pop("linker_uid", None)
    return learned
