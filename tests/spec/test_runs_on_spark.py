"""`rules run --engine spark` writes the very rows that duckdb writes, on one machine and on a cluster."""

import json
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.databases import environment
from tests.spec.people import write_people
from tests.spec.test_law_cases import LAW
from tests.unit.rules.law_folder import SERVICE, write_law
from tongdeng.kernel.errors import UnusableInput
from tongdeng.rules import load
from tongdeng.rules.engines import spark as engine
from tongdeng.rules.engines.duckdb import run

DAY = date(2026, 3, 31)
ANSWERS = {"yes", "no", "unknown"}


@pytest.mark.spark
def test_a_cluster_answers_the_whole_law_as_duckdb_does(tmp_path):
    """Two workers, each a process with an executor of its own."""
    law = load(LAW)
    people = write_people(tmp_path / "facts.parquet", law, 3000, DAY)
    expected = run(law, DAY, people, tmp_path / "duckdb.csv")
    done = on_cluster("local-cluster[2,1,1024]", people, tmp_path / "spark.csv")
    assert done.returncode == 0, done.stderr
    assert {row.split(",")[2] for row in (tmp_path / "spark.csv").read_text().splitlines()[1:]} == ANSWERS
    assert digest(tmp_path / "spark.csv") == digest(tmp_path / "duckdb.csv")
    assert expected.rows == 3000 * len(law.in_force_on(DAY))
    # Nothing of the journey is left behind.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["duckdb.csv", "facts.parquet", "spark.csv"]


@pytest.mark.spark
@pytest.mark.parametrize("count", [0, 15, 31, 40])
def test_parquet_comes_out_as_from_duckdb_however_many_conditions(spark, tmp_path, count):
    many = "".join(f"      more_{number}: age_years <> {number}\n" for number in range(count))
    conditions = SERVICE.replace("      insured: enrolled\n", f"      insured: enrolled\n{many}")
    service = conditions if count else SERVICE.replace("from: 2008-01-01\n    until: 2022-12-31", "from: 2030-01-01")
    law = load(write_law(tmp_path / "law", service=service.replace("2022-12-31", "2099-12-31"), cases=""))
    people = write_people(tmp_path / "facts.parquet", law, 200, DAY)
    done = [run(law, DAY, people, tmp_path / f"{name}.parquet", engine=name) for name in ("duckdb", "spark")]
    tables = [pq.read_table(tmp_path / f"{name}.parquet") for name in ("duckdb", "spark")]
    assert tables[0].equals(tables[1])
    assert tables[0].num_rows == (200 if count else 0)
    assert done[0].gaps == done[1].gaps


@pytest.mark.spark
def test_a_cluster_that_cannot_be_had_is_told_and_writes_nothing(tmp_path):
    people = write_people(tmp_path / "facts.parquet", load(LAW), 1, DAY)
    done = on_cluster("nonsense", people, tmp_path / "spark.csv", "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert (told["code"], told["place"]) == ("rules.spark.failed", "nonsense")
    assert told["remedy"]
    assert [path.name for path in tmp_path.iterdir()] == ["facts.parquet"]


def test_without_java_the_way_out_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "none"))
    monkeypatch.setattr(engine, "find_spec", lambda name: name)
    assert told(tmp_path) == ("rules.spark.no_java", "JAVA_HOME")


def test_without_the_extra_the_way_out_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "find_spec", lambda _: None)
    assert told(tmp_path) == ("rules.spark.not_installed", "--engine spark")


def on_cluster(master: str, facts: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with that master."""
    words = ["rules", "run", "--law", LAW, "--facts", facts, "--as-of", DAY, "--engine", "spark", "--out", out, *more]
    return subprocess.run(
        [sys.executable, "-m", "tongdeng.cli.main", *map(str, words)],
        env={**environment(), engine.MASTER: master}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def told(folder: Path) -> tuple[str, str]:
    """Return code and place of what a run on Spark raises."""
    law = load(write_law(folder / "law"))
    (folder / "facts.csv").write_text("person_id,age_years\n1,30\n")
    with pytest.raises(UnusableInput) as caught:
        run(law, date(2015, 6, 1), folder / "facts.csv", folder / "out.csv", engine="spark")
    assert caught.value.remedy.zh
    assert caught.value.remedy.en
    assert not (folder / "out.csv").exists()
    return caught.value.code, caught.value.place


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
