"""The demo touches its own database or an empty one, and no other."""

import json

import pytest

PEOPLE = ("--people", "120", "--no-serve", "--json")


@pytest.fixture(scope="module")
def built(database):
    """An empty register."""
    return database


def test_a_demo_is_built_used_again_and_built_anew_only_when_asked(built, tongdeng):
    first = tongdeng("demo", *PEOPLE)
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert {"people", "rolls", "entitlements", "coverage", "seconds"} <= report.keys()
    assert report["rolls"]["police"]["accepted"] > 0

    again = tongdeng("demo", *PEOPLE)
    assert again.returncode == 0
    assert json.loads(again.stdout)["reused"]
    assert json.loads(again.stdout)["people"] == report["people"]

    other = tongdeng("demo", "--people", "130", "--no-serve", "--json")
    assert other.returncode == 2
    assert json.loads(other.stdout)["code"] == "demo.other_county"

    anew = tongdeng("demo", "--people", "130", "--no-serve", "--json", "--reset")
    assert anew.returncode == 0, anew.stderr
    assert not json.loads(anew.stdout)["reused"]


def test_measures_print_the_contracts_keys_for_every_division(built, tongdeng):
    rows = json.loads(tongdeng("measures", "--by", "county,town,community", "--json").stdout)
    assert {"code", "division", "numerator", "denominator", "value", "target"} <= rows[0].keys()
    s1a = [row for row in rows if row["code"] == "S1a"]
    assert len(s1a) == 1 + 14 + 210
    assert s1a[0]["division"] == "990101000000"
    assert all((row["value"] is None) == (row["denominator"] == 0) for row in rows)
