"""`rules diff`: who gains and who loses, also where a service comes or goes and where a fact is not there."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.rules.law_folder import FILE, SERVICE, write_law
from tongdeng.cli.rules import app
from tongdeng.rules.loader import load_files, read_files

DAY = "2015-06-01"
ROWS = "person_id,age_years,enrolled\n01,15,true\n02,16,true\n03,40,true\n04,40,\n05,70,true\n"


@pytest.fixture
def differ(tmp_path: Path):
    """Compare the law `a`, as it comes, with `b`, whose service is given; return the row of each service, and all."""
    write_law(tmp_path / "a", cases="[]\n")
    (tmp_path / "facts.csv").write_text(ROWS)

    def run(service: str | None, rows: str = ROWS, swap: bool = False) -> tuple[dict, dict]:
        write_law(tmp_path / "b", service=service or SERVICE, cases="[]\n")
        if service is None:
            (tmp_path / "b" / FILE).unlink()
            (tmp_path / "b" / FILE.replace(".yaml", ".cases.yaml")).unlink()
        (tmp_path / "facts.csv").write_text(rows)
        laws = ["b", "a"] if swap else ["a", "b"]
        words = ["diff", "--facts", str(tmp_path / "facts.csv"), "--as-of", DAY, "--json"]
        for name in laws:
            words += ["--law", str(tmp_path / name)]
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.stderr
        found = json.loads(result.stdout)
        return {row["service"]: row for row in found["services"]}, found

    return run


def test_who_gains_and_who_loses_is_counted_and_named(differ):
    rows, found = differ(SERVICE.replace(">= 16", ">= 41"))
    assert {"kind": "kept", "gains": 0, "loses": 2, "losing": ["02", "03"], "unknown_made": 0}.items() <= rows[
        "HRS-02"
    ].items()
    assert found["people"] == 5
    assert found["before"] != found["after"]
    back, _ = differ(SERVICE.replace(">= 16", ">= 41"), swap=True)
    assert (back["HRS-02"]["gains"], back["HRS-02"]["gaining"], back["HRS-02"]["loses"]) == (2, ["02", "03"], 0)


def test_a_service_that_goes_is_lost_by_all_who_had_it_and_one_that_comes_is_gained(differ):
    gone, _ = differ(None)
    assert (gone["HRS-02"]["kind"], gone["HRS-02"]["losing"], gone["HRS-02"]["gains"]) == ("removed", ["02", "03"], 0)
    come, _ = differ(None, swap=True)
    assert (come["HRS-02"]["kind"], come["HRS-02"]["gaining"], come["HRS-02"]["loses"]) == ("added", ["02", "03"], 0)
    # Of a service that is new, an answer nobody can give counts as made unknown.
    assert come["HRS-02"]["unknown_made"] == 1


def test_a_fact_the_file_lacks_is_unknown_for_all_and_named(differ):
    rows, found = differ(SERVICE.replace(">= 16", ">= 17"), rows="person_id,enrolled\n01,true\n02,true\n")
    assert found["missing"] == ["age_years"]
    assert (rows["HRS-02"]["gains"], rows["HRS-02"]["loses"], rows["HRS-02"]["unknown_made"]) == (0, 0, 0)


def test_a_yes_that_becomes_unknown_is_lost_and_made_unknown(differ):
    rows, _ = differ(SERVICE.replace(">= 16", ">= 16 and (sex = 'male' or age_years < 0)"))
    assert (rows["HRS-02"]["losing"], rows["HRS-02"]["unknown_made"]) == (["02", "03"], 2)


def test_a_law_is_read_from_files_in_memory_as_from_a_folder(tmp_path: Path):
    from tongdeng.rules import load
    from tongdeng.rules.bundle import digest_of, files_in

    folder = write_law(tmp_path / "law")
    files = files_in(folder)
    assert load_files(files) == load(folder)
    assert digest_of(dict(reversed(files.items()))) == load(folder).digest
    assert len(load(folder).digest) == 64


def test_the_digest_is_sm3_over_path_length_and_content():
    from tongdeng.kernel.crypto import sm3

    files = {"facts.yaml": b"facts: {}\n", "services/hrs/a.yaml": b"x"}
    told = b"facts.yaml\x0010\x00facts: {}\nservices/hrs/a.yaml\x001\x00x"
    assert read_files(files).digest == sm3(told).hex()


def test_two_sets_of_files_never_share_a_digest_by_where_they_are_cut():
    from tongdeng.rules.bundle import digest_of

    assert digest_of({"a.yaml": b"b.yaml\x00"}) != digest_of({"a.yaml": b"", "b.yaml": b""})
    assert digest_of({"a.yaml": b"1"}) != digest_of({"b.yaml": b"1"})
    assert digest_of({"a.yaml": b"", "x.yml": b"1"}) == digest_of({"a.yaml": b""})
