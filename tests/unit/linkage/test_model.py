"""The model: what comes along, and what training makes."""

import dataclasses
from collections import defaultdict
from random import Random

import pytest

from tests.unit.linkage.cast import CROWD
from tongdeng.cli.link import gather
from tongdeng.kernel import clock
from tongdeng.kernel.errors import UnusableInput
from tongdeng.linkage import blocking, comparisons, runner, settings, thresholds, training
from tongdeng.linkage.quality import compare
from tongdeng.linkage.rows import Gathering
from tongdeng.synth.files import write_county


def level(name, label):
    """Return a level's m and u in the model that comes along."""
    found = next(c for c in settings.load().splink["comparisons"] if c["output_column_name"] == name)
    chosen = next(one for one in found["comparison_levels"] if one.get("label_for_charts") == label)
    return chosen["m_probability"], chosen["u_probability"]


def test_the_model_says_how_its_thresholds_were_chosen():
    model = settings.load()
    assert model.version == settings.VERSION
    assert "rows of known truth" in model.chosen
    assert "synthetic county" in model.trained_on
    assert model.zone == thresholds.ZONE <= model.margin


def test_the_model_that_comes_along_was_trained_with_these_comparisons_and_rules():
    model = settings.load().splink
    for trained, written in zip(model["comparisons"], comparisons.ALL, strict=True):
        assert [one["sql_condition"] for one in trained["comparison_levels"]] == [
            one["sql_condition"] for one in written["comparison_levels"]
        ]
    rules = [rule["blocking_rule"] for rule in model["blocking_rules_to_generate_predictions"]]
    assert rules == [rule["blocking_rule"] for rule in blocking.rules()]


@pytest.mark.parametrize(("name", "label"), [("plain", "same"), ("born", "same"), ("phone", "same"), ("sex", "same")])
def test_what_agrees_speaks_for_and_what_differs_against(name, label):
    for one, speaks_for in ((label, True), ("differs", False)):
        m, u = level(name, one)
        assert (m > u) is speaks_for


def test_training_twice_gives_the_same_model(tmp_path):
    write_county(people=300, seed=5, out=tmp_path, as_of=clock.today(), noise=2)
    rows = gather([f"{source}={tmp_path / source}.csv" for source in ("police", "hrss", "education")], "en")
    assert training.train(rows) == training.train(rows)


def test_the_order_of_files_and_rows_does_not_change_who_is_who(tmp_path):
    write_county(people=400, seed=6, out=tmp_path, as_of=clock.today(), noise=3)
    rows = gather([f"{source}={tmp_path / source}.csv" for source in ("police", "hrss", "education", "housing")], "en")
    places = list(range(len(rows)))
    Random(1).shuffle(places)
    shuffled = rows.take(places).set_column(0, "id", rows["id"])
    assert persons(rows) == persons(shuffled)


def persons(rows):
    """Return who is who as sets of (file, row)."""
    found = defaultdict(set)
    for line in runner.link(rows, settings.load()).table.to_pylist():
        found[line["person"]].add((line["file"], line["row"]))
    found.pop(None, None)
    return {frozenset(together) for together in found.values()}


def test_rows_that_never_repeat_teach_nothing():
    rows = Gathering()
    for i, row in enumerate(CROWD, 1):
        rows.add("crowd.csv", i, row)
    with pytest.raises(UnusableInput) as caught:
        training.train(rows.table())
    assert caught.value.code == "linkage.train.too_little"


def test_a_file_that_is_no_model_is_refused(tmp_path):
    path = tmp_path / "model.json"
    path.write_text("{}", "utf-8")
    with pytest.raises(UnusableInput):
        settings.load(path)
    dataclasses.replace(settings.load(), version="linkage-0").save(path)
    with pytest.raises(UnusableInput):
        settings.load(path)


def test_quality_counts_pairs():
    quality = compare([("a", 1), ("a", 1), ("a", 2), ("b", 2)])
    assert quality == (3, 2, 1)
    assert quality.precision == 1 / 2
    assert quality.recall == 1 / 3
