"""The command from files to clusters, on a small synthetic county whose truth is known."""

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date

import pytest

from tongdeng.linkage.quality import compare
from tongdeng.synth.files import write_county

SOURCES = ("police", "hrss", "education", "housing", "deliveries", "immunisation")
AS_OF = date(2026, 11, 23)


def tongdeng(*words):
    """Run a command in a process of its own, where no Django is started."""
    environment = {**os.environ, "TONGDENG_TODAY": AS_OF.isoformat()}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "tongdeng.cli.main", *map(str, words)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip


def lines(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    write_county(people=1500, seed=5, out=folder, as_of=AS_OF, noise=1)
    return folder


@pytest.fixture(scope="module")
def run(county):
    files = [f"{source}={county / source}.csv" for source in SOURCES]
    done = tongdeng("link", *files, "--out", county / "clusters.csv", "--json", "--lang", "en")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), lines(county / "clusters.csv")


def test_every_row_has_one_line_and_only_vacant_dwellings_have_nobody(county, run):
    report, found = run
    truth = {(line["file"], line["row"]): line["person"] for line in lines(county / "truth.csv")}
    assert [*found[0]] == ["file", "row", "person", "probability"]
    assert {(line["file"], line["row"]) for line in found} == set(truth)
    assert len(found) == len(truth) == report["rows"]
    assert {key for key, person in truth.items() if not person} == {
        (line["file"], line["row"]) for line in found if not line["person"]
    }
    assert report["people"] == len({line["person"] for line in found if line["person"]})
    assert report["seconds"] > 0
    assert all(0 <= float(line["probability"]) <= 1 for line in found if line["person"])


def test_the_synthetic_county_is_linked_as_it_is(county, run):
    truth = {(line["file"], line["row"]): line["person"] for line in lines(county / "truth.csv")}
    pairs = [(truth[line["file"], line["row"]], line["person"]) for line in run[1] if line["person"]]
    quality = compare(pairs)
    assert quality.f1 >= 0.99, quality
    assert quality.precision >= 0.999, quality


def test_nobody_has_two_valid_numbers(county, run):
    from tongdeng.kernel.citizen_id import is_valid

    police = {str(i): line["公民身份号码"].strip().upper() for i, line in enumerate(lines(county / "police.csv"), 1)}
    numbers = defaultdict(set)
    for line in run[1]:
        if line["file"] == "police.csv" and is_valid(police[line["row"]], AS_OF):
            numbers[line["person"]].add(police[line["row"]])
    assert numbers
    assert all(len(found) == 1 for found in numbers.values())


def test_a_column_that_no_file_has_is_said_loudly(tmp_path):
    roll = tmp_path / "a.csv"
    roll.write_text("姓名,联系电话,事项编码,服务日期\n王伟,10012345678,HRS-01,2026-01-05\n", "utf-8")
    done = tongdeng("link", f"deliveries={roll}", "--out", tmp_path / "o.csv", "--json", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "WARNING: no file has id numbers" in done.stderr
    report = json.loads(done.stdout)
    assert "id_number" in report["missing"]
    assert report["most_claimed"] < 1
    assert lines(tmp_path / "o.csv")[0]["person"]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("police.csv", "link.source.missing"),
        ("police=nowhere.csv", "roll.missing_file"),
        ("residents-return=x.csv", "link.source.aggregate"),
        ("guesses=x.csv", "format.unknown"),
    ],
)
def test_unusable_input_is_named_and_nothing_is_written(tmp_path, word, code):
    done = tongdeng("link", word, "--out", tmp_path / "o.csv", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["code"] == code
    assert not (tmp_path / "o.csv").exists()
