"""Other ways to link the same rows: by the valid number, by exact agreement, by Splink's ready-made settings."""

import itertools
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# The extra is not in the project's own environment: pandas and SciPy are for the peers alone.
# `./run` says where its own uv is.
ASIDE = (os.environ.get("UV", "uv"), "run", "--isolated", "--locked", "--no-dev", "--extra", "bench", "python", "-m")


def by_number(rows: pa.Table) -> pa.Table:
    """Join rows of one valid number."""
    return _answer(rows, rows["id_number"])


def by_agreement(rows: pa.Table) -> pa.Table:
    """Join rows of one valid number, else of one name, birth date and sex."""
    with duckdb.connect() as connection:
        connection.register("source", rows)
        found = connection.sql(
            "WITH triple AS (SELECT name, born_on, sex, min(id_number) AS number, count(DISTINCT id_number) AS numbers"
            " FROM source WHERE name IS NOT NULL AND born_on IS NOT NULL AND sex IS NOT NULL GROUP BY ALL)"
            " SELECT coalesce(id_number, CASE WHEN numbers = 1 THEN number END,"
            " CASE WHEN numbers = 0 THEN concat_ws('|', name, born_on, sex) END) AS person"
            " FROM source LEFT JOIN triple USING (name, born_on, sex) ORDER BY id"
        ).to_arrow_table()
    return _answer(rows, found["person"])


def by_splinks_defaults(rows: pa.Table) -> pa.Table:
    """Take Splink's ready-made comparisons, its usual training and connected components at even odds."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    columns = ("name", "id_number", "born_on", "sex", "phone")
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="id",
        comparisons=[
            cl.JaroWinklerAtThresholds("name").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("id_number"), cl.ExactMatch("born_on"), cl.ExactMatch("sex"),
            cl.ExactMatch("phone"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id_number"), block_on("name", "born_on"), block_on("name", "phone"),
        ],
    )  # fmt: skip
    with duckdb.connect() as connection:
        api = DuckDBAPI(connection)
        linker = Linker(api.register(rows.select(["id", *columns])), settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match(["l.id_number = r.id_number"], recall=0.9)
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
        for rule in (block_on("name"), block_on("id_number")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        pairs = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.5)
        found = connection.sql(f"SELECT cluster_id FROM {clusters.physical_name} ORDER BY id").to_arrow_table()
    return _answer(rows, found["cluster_id"])


def by_recordlinkage(rows: pa.Table) -> pa.Table | None:
    """Take the package `recordlinkage` in its own environment; None where that cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        read, written = Path(folder) / "rows.parquet", Path(folder) / "persons.parquet"
        pq.write_table(rows, read)
        done = subprocess.run(
            [*ASIDE, "tests.bench.toolkit", read, written], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"  recordlinkage was not measured: {done.stderr.strip().splitlines()[-1:]}")
            return None
        return _answer(rows, pq.read_table(written)["person"])


def _answer(rows: pa.Table, person: pa.ChunkedArray) -> pa.Table:
    return pa.table({"file": rows["file"], "row": rows["row"], "person": person.cast(pa.string())})


WAYS: dict[str, Callable[[pa.Table], pa.Table | None]] = {
    "the same valid number": by_number,
    "exact agreement": by_agreement,
    "Splink, its defaults": by_splinks_defaults,
    "recordlinkage, its classifier": by_recordlinkage,
}


def repeated(rows: pa.Table, count: int) -> pa.Table:
    """Return the rows over and over as rows of other people: other names, numbers and phones in each copy."""
    copies = []
    for turn, mark in zip(range(-(-count // len(rows))), itertools.cycle("甲乙丙丁戊己庚辛壬癸")):
        copy = rows
        changes = {column: (1, str(turn % 10)) for column in ("id_number", "id_claimed", "guardian_number")}
        changes |= {"phone": (2, str(turn % 10)), "name": (1, mark), "guardian_name": (1, mark)}
        for column, (at, digit) in changes.items():
            values, keep = rows[column], at if column.endswith("name") else at + 1
            head, tail = pc.utf8_slice_codeunits(values, 0, at), pc.utf8_slice_codeunits(values, keep)
            changed = pc.binary_join_element_wise(head, digit, tail, "")
            copy = copy.set_column(copy.schema.get_field_index(column), column, changed)
        copies.append(copy)
    table = pa.concat_tables(copies).slice(0, count)
    return table.set_column(table.schema.get_field_index("id"), "id", pa.array(range(count), pa.int64()))
