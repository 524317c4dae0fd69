"""The commands keep their contract: exit codes, keys and what goes where."""

import json

import pytest
from typer.testing import CliRunner

from tests.unit.rules.law_folder import FILE, SERVICE, write_law
from tongdeng.cli.rules import app

FACTS_CSV = "person_id,age_years,enrolled\n001,30,true\n002,15,\n"


@pytest.fixture
def command(tmp_path):
    """Run `rules ...` with a good law in `law/` and `facts.csv`; return exit code, output and messages."""
    write_law(tmp_path / "law")
    (tmp_path / "facts.csv").write_text(FACTS_CSV)

    def run(*words: str):
        result = CliRunner().invoke(app, [word.replace("@", f"{tmp_path}/") for word in words])
        return result.exit_code, result.stdout, result.stderr

    return run


RUN = ("run", "--law", "@law", "--facts", "@facts.csv", "--as-of", "2015-06-01", "--out", "@out.csv")


def test_a_good_law_is_checked_with_exit_0(command):
    code, out, _ = command("check", "@law", "--json")
    assert code == 0
    assert json.loads(out)["errors"] == []


def test_a_faulty_law_ends_with_exit_1_and_names_file_line_and_word(command, tmp_path):
    write_law(tmp_path / "law", service=SERVICE.replace("age_years >= 16", "agee >= 16"))
    code, _, err = command("check", "@law", "--lang", "en")
    assert code == 1
    assert f"{FILE}:9" in err
    assert "'agee'" in err
    code, out, _ = command("check", "@law", "--json")
    found = json.loads(out)
    assert code == 1
    assert {"code", "message", "place", "remedy", "errors"} <= set(found)
    assert found["place"] == f"{FILE}:9"


def test_a_folder_without_facts_ends_with_exit_2(command, tmp_path):
    (tmp_path / "empty").mkdir()
    code, out, _ = command("check", "@empty", "--json")
    assert (code, json.loads(out)["code"]) == (2, "rules.no_facts")


def test_a_run_writes_answers_and_says_how_many(command, tmp_path):
    code, out, _ = command(*RUN, "--json")
    found = json.loads(out)
    assert (code, found["people"], found["services"]) == (0, 2, 1)
    assert found["seconds"] >= 0
    assert "001,HRS-02,yes,," in (tmp_path / "out.csv").read_text().splitlines()


@pytest.mark.parametrize("engine", ["duckdb", "memory"])
def test_a_run_says_how_many_answers_a_missing_fact_made_unknown(command, tmp_path, engine):
    # Of three people one is refused for their age whatever the insurance says, and one is unknown for their age alone.
    (tmp_path / "facts.csv").write_text("person_id,age_years\n1,30\n2,15\n3,\n")
    code, out, err = command(*RUN, "--json", "--lang", "en", "--engine", engine)
    found = json.loads(out)
    assert (code, found["unknown"], found["missing"]) == (0, 2, [{"fact": "enrolled", "answers": 2}])
    assert "there is no column 'enrolled': 2 answers are unknown for want of it." in err


def test_a_run_that_lacks_no_fact_says_so(command):
    _, out, _ = command(*RUN, "--json")
    assert json.loads(out)["missing"] == []
    assert json.loads(out)["unknown"] == 0


def test_progress_goes_to_standard_error(command):
    _, out, err = command(*RUN, "--json", "--lang", "en")
    assert len(out.splitlines()) == 1
    assert "2 people read" in err


def test_a_run_on_a_faulty_law_writes_nothing_and_ends_with_exit_1(command, tmp_path):
    write_law(tmp_path / "law", service=SERVICE.replace("age_years >= 16", "agee >= 16"))
    code, out, _ = command(*RUN, "--json")
    assert (code, json.loads(out)["code"]) == (1, "rules.fact.unknown")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2015-06-01", "2015-06-31"),
        ("@out.csv", "@out.txt"),
        ("@out.csv", "@nowhere/out.csv"),
        ("@facts.csv", "@none.csv"),
    ],
)
def test_unusable_words_end_with_exit_2_and_one_json_document(command, old, new):
    code, out, _ = command(*(new if word == old else word for word in RUN), "--json")
    assert code == 2
    assert set(json.loads(out)) == {"code", "message", "place", "remedy"}


def test_an_engine_that_is_not_there_ends_with_exit_2(command):
    code, out, _ = command(*RUN, "--engine", "oracle", "--json")
    assert (code, json.loads(out)["code"]) == (2, "rules.engine")


def test_a_difference_of_a_law_with_itself_is_none(command):
    words = ("diff", "--law", "@law", "--law", "@law", "--facts", "@facts.csv", "--as-of", "2015-06-01", "--json")
    code, out, _ = command(*words)
    assert code == 0
    assert [(row["gains"], row["loses"]) for row in json.loads(out)["services"]] == [(0, 0)]


def test_a_difference_needs_two_laws(command):
    code, _, _ = command("diff", "--law", "@law", "--facts", "@facts.csv", "--as-of", "2015-06-01")
    assert code == 2
