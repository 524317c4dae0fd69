"""`law`: what is published, out as a folder and back; and the digest that answers and figures carry."""

import json
from pathlib import Path

import pytest

from tests.databases import AS_OF, SmallCounty
from tests.laws import FILE
from tongdeng.catalogue import selectors as catalogue


@pytest.fixture(scope="module")
def digest(database: str) -> str:
    return catalogue.current_digest()


def said(tongdeng, *words: str | Path) -> dict | list:
    done = tongdeng(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_list_begins_with_the_law_the_county_began_with(tongdeng, digest):
    (only,) = said(tongdeng, "law", "list")
    assert (only["number"], only["digest"], only["base"]) == (1, digest, None)


def test_show_tells_what_a_law_holds(tongdeng, digest):
    shown = said(tongdeng, "law", "show", digest[:12])
    assert (shown["digest"], shown["is_current"]) == (digest, True)
    assert {"service": "HRS-01", "file": FILE}.items() <= next(
        one for one in shown["services"] if one["service"] == "HRS-01"
    ).items()


def test_out_as_a_folder_and_back_is_the_same_law(tongdeng, digest, tmp_path: Path):
    folder = tmp_path / "law"
    assert said(tongdeng, "law", "export", digest[:8], folder)["digest"] == digest
    assert json.loads(tongdeng("rules", "check", folder, "--json").stdout)["errors"] == []
    back = said(tongdeng, "law", "import", folder)
    assert (back["digest"], back["changed"], back["removed"]) == (digest, [], [])
    again = tongdeng("law", "export", digest, folder, "--json")
    assert (again.returncode, json.loads(again.stdout)["code"]) == (2, "catalogue.folder.not_empty")


def test_a_changed_folder_is_a_draft_and_no_law(tongdeng, digest, tmp_path: Path):
    folder = tmp_path / "law"
    said(tongdeng, "law", "export", digest, folder)
    (folder / FILE).write_text((folder / FILE).read_text() + "# changed\n")
    back = said(tongdeng, "law", "import", folder, "--title", "改了一处")
    assert back["changed"] == [FILE]
    assert back["digest"] != digest
    assert [one["digest"] for one in said(tongdeng, "law", "list")] == [digest]


def test_a_faulty_folder_is_refused_with_every_fault(tongdeng, digest, tmp_path: Path):
    folder = tmp_path / "law"
    said(tongdeng, "law", "export", digest, folder)
    (folder / FILE).write_text((folder / FILE).read_text().replace("age_years >= 16", "agee_years >= 16"))
    refused = tongdeng("law", "import", folder, "--json")
    (fault,) = json.loads(refused.stdout)["errors"]
    assert (refused.returncode, fault["file"], fault["word"]) == (1, FILE, "agee_years")


@pytest.mark.parametrize("named", ["0000000000000000", "12345", "", "%"])
def test_an_unknown_digest_is_said_to_be_unknown(tongdeng, digest, named, tmp_path: Path):
    refused = tongdeng("law", "export", named, tmp_path / "law", "--json")
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (2, "catalogue.bundle.unknown")
    assert not (tmp_path / "law").exists()


def test_answers_and_figures_carry_the_digest(tongdeng, small_county: SmallCounty, monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", AS_OF.isoformat())
    digest = catalogue.current_digest()
    assert said(tongdeng, "determine", "--as-of", AS_OF.isoformat())["law"] == digest
    rows = said(tongdeng, "measures", "--as-of", AS_OF.isoformat())
    assert {row["law"] for row in rows} == {digest}
    number = next(
        line.split(",")[3] for line in (small_county.folder / "police.csv").read_text("utf-8").splitlines()[1:]
    )
    explained = said(tongdeng, "explain", "--person", number, "--service", "PSB-01", "--as-of", AS_OF.isoformat())
    assert explained["law"] == digest
