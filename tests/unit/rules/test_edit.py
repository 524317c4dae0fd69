"""A law file through the editor's forms: what nobody touched stays letter for letter."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tongdeng.kernel.errors import UnusableInput
from tongdeng.rules import edit_cases, edit_new, edit_service
from tongdeng.rules.edit_cases import CaseRow
from tongdeng.rules.edit_service import BasisRow, ConditionRow
from tongdeng.rules.trial import try_service

LAW = Path(__file__).parents[3] / "law" / "services"
SERVICES = sorted(path for path in LAW.rglob("*.yaml") if not path.name.endswith(".cases.yaml"))
CASES = sorted(LAW.rglob("*.cases.yaml"))
REGISTRATION = (LAW / "hrs" / "unemployment_registration.yaml").read_text(encoding="utf-8")
EXAMPLES = (LAW / "hrs" / "unemployment_registration.cases.yaml").read_text(encoding="utf-8")
COMMENTED = """\
# What this file is about.
service: HRS-02
name: {zh: 失业登记, en: Unemployment registration}   # both languages
bureau: HRS
versions:
  # the first rule
  - from: 2008-01-01
    conditions:
      of_working_age: age_years >= 16 and age_years < 60    # the law's own words
      out_of_work: employment_status = 'unemployed'
    labels:
      of_working_age: {zh: 年满16周岁, en: 'sixteen, or older'}
    rhythm: once        # not again
    fee: free
"""


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went and those that came."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_every_version_of_the_law_comes_back_as_it_was(path):
    text = path.read_text(encoding="utf-8")
    for at in range(len(edit_service.version_dates(text))):
        assert edit_service.write_form(text, at, edit_service.read_form(text, at)) == text


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_example_of_the_law_comes_back_as_it_was(path):
    text = path.read_text(encoding="utf-8")
    rows = edit_cases.read_rows(text)
    assert edit_cases.write_rows(text, rows) == text
    # One changed name is one changed line.
    renamed = (replace(rows[0], name="another name"), *rows[1:])
    went, came = changed(text, edit_cases.write_rows(text, renamed))
    assert came == ["- case: another name"]
    assert len(went) == 1


def test_a_changed_condition_changes_its_line_only():
    form = edit_service.read_form(COMMENTED, 0)
    age, work = form.conditions
    after = edit_service.write_form(
        COMMENTED, 0, replace(form, conditions=(replace(age, text="age_years >= 18"), work))
    )
    assert changed(COMMENTED, after) == (
        ["      of_working_age: age_years >= 16 and age_years < 60    # the law's own words"],
        ["      of_working_age: age_years >= 18                       # the law's own words"],
    )


def test_a_new_name_and_a_new_order_keep_labels_and_comments():
    form = edit_service.read_form(COMMENTED, 0)
    age, work = form.conditions
    rows = (work, replace(age, name="is_of_age", en="of age"), ConditionRow(name="here", zh="在此", text="lives_here"))
    after = edit_service.write_form(COMMENTED, 0, replace(form, conditions=rows))
    went, came = changed(COMMENTED, after)
    assert [line.split("#")[0].strip() for line in came] == [
        "is_of_age: age_years >= 16 and age_years < 60", "here: lives_here",
        "is_of_age: {zh: 年满16周岁, en: 'of age'}", "here: {zh: 在此}",
    ]  # fmt: skip
    assert len(went) == 2
    assert "# the law's own words" in after
    assert [row.name for row in edit_service.read_form(after, 0).conditions] == ["out_of_work", "is_of_age", "here"]


def test_a_service_for_everyone_and_back():
    form = edit_service.read_form(COMMENTED, 0)
    nobody = edit_service.write_form(COMMENTED, 0, replace(form, conditions=()))
    assert "    conditions: {}\n    rhythm: once        # not again\n" in nobody
    rows = (ConditionRow(name="here", zh="在此", en="here", text="lives_here"),)
    again = edit_service.write_form(nobody, 0, replace(edit_service.read_form(nobody, 0), conditions=rows))
    assert "    conditions:\n      here: lives_here\n    labels:\n      here: {zh: 在此, en: here}\n    rhythm" in again


def test_other_fields_find_their_usual_place():
    form = edit_service.read_form(COMMENTED, 0)
    after = edit_service.write_form(
        COMMENTED, 0,
        replace(
            form, name_en="Registering as out of work", until="2030-12-31", rhythm="schedule:yearly_check",
            due_within="20", promised_days="5", materials=("id_card", "photo"), note_zh="说明",
            basis=(BasisRow(zh="某法第1条", en="Act, art. 1", checked=True),),
        ),
    )  # fmt: skip
    assert after.splitlines()[6:] == [
        "  - from: 2008-01-01",
        "    until: 2030-12-31",
        "    note: {zh: 说明}",
        "    basis:",
        "      - {zh: 某法第1条, en: 'Act, art. 1', checked: true}",
        "    conditions:",
        "      of_working_age: age_years >= 16 and age_years < 60    # the law's own words",
        "      out_of_work: employment_status = 'unemployed'",
        "    labels:",
        "      of_working_age: {zh: 年满16周岁, en: 'sixteen, or older'}",
        "    rhythm: {schedule: yearly_check} # not again",
        "    due_within: 20",
        "    promised: {days: 5, kind: working}",
        "    fee: free",
        "    materials: [id_card, photo]",
    ]
    assert "name: {zh: 失业登记, en: Registering as out of work}" in after
    emptied = edit_service.write_form(after, 0, replace(edit_service.read_form(after, 0), until="", promised_days=""))
    assert "until" not in emptied
    assert "promised" not in emptied


def test_days_it_counts_from_and_what_applying_states_find_their_place_and_go_again():
    form = edit_service.read_form(COMMENTED, 0)
    dated = replace(
        form, opens_from="arrived_on", done_when="permit_endorsed_on", anniversary_of="permit_counted_from",
        before_months="1", occasion_zh="证件遗失", occasion_en="a lost card",
    )  # fmt: skip
    after = edit_service.write_form(COMMENTED, 0, dated)
    went, came = changed(COMMENTED, after)
    assert not went
    assert came == [
        "    occasion: {zh: 证件遗失, en: a lost card}",
        "    opens_from: arrived_on",
        "    anniversary_of: permit_counted_from",
        "    opens_before: {months: 1}",
        "    done_when: permit_endorsed_on",
    ]
    assert edit_service.read_form(after, 0) == dated
    assert edit_service.write_form(after, 0, form) == COMMENTED


def test_a_new_service_is_sound_and_comes_back_as_it_was():
    text = edit_new.service_text("HRS-30", "新事项", "A new one", date(2027, 1, 1), "某法第1条", "Act, art. 1")
    path = edit_new.service_path("HRS-30", "A new one", ["services/hrs/a_new_one.yaml"])
    assert path == "services/hrs/a_new_one_2.yaml"
    trial = try_service(path, text, "", {})
    assert trial.faults == ()
    assert trial.service is not None
    assert trial.service.versions[0].basis[0].text.zh == "某法第1条"
    assert edit_service.write_form(text, 0, edit_service.read_form(text, 0)) == text
    with pytest.raises(UnusableInput):
        edit_new.service_path("hrs", "", [])


def test_one_clause_of_several_changes_alone():
    form = edit_service.read_form(REGISTRATION, 1)
    first, second = form.basis
    after = edit_service.write_form(REGISTRATION, 1, replace(form, basis=(first, replace(second, checked=True))))
    went, came = changed(REGISTRATION, after)
    assert [line.replace("checked: false", "checked: true") for line in went] == came
    fewer = edit_service.write_form(REGISTRATION, 1, replace(form, basis=(second,)))
    assert len(edit_service.read_form(fewer, 1).basis) == 1


def test_a_new_version_repeats_the_last_and_ends_it():
    after = edit_service.add_version(REGISTRATION, date(2027, 1, 1))
    assert edit_service.version_dates(after) == ("2008-01-01", "2023-01-01", "2027-01-01")
    last, new = edit_service.read_form(after, 1), edit_service.read_form(after, 2)
    assert new.conditions == last.conditions
    assert after.startswith(REGISTRATION)
    closed = edit_service.write_form(after, 2, replace(new, until="2030-12-31"))
    later = edit_service.add_version(closed, date(2029, 1, 1))
    assert edit_service.read_form(later, 2).until == "2028-12-31"
    assert edit_service.read_form(later, 3).until == ""
    assert edit_service.drop_version(edit_service.drop_version(later, 3), 2) == REGISTRATION


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (lambda: edit_service.add_version(REGISTRATION, date(2023, 1, 1)), "rules.edit.version_too_early"),
        (lambda: edit_service.drop_version(COMMENTED, 0), "rules.edit.only_version"),
        (lambda: edit_service.read_form("a: [", 0), "rules.edit.not_yaml"),
        (lambda: edit_service.read_form("service: X", 0), "rules.edit.no_versions"),
        (lambda: edit_service.read_form("just words", 0), "rules.edit.no_versions"),
    ],
)
def test_what_no_form_can_do_is_said(attempt, code):
    with pytest.raises(UnusableInput) as error:
        attempt()
    assert error.value.code == code
    assert error.value.remedy.zh


def test_examples_are_added_changed_and_taken_away():
    rows = edit_cases.read_rows(EXAMPLES)
    assert rows[0].given["employment_months_here"] == ""
    assert rows[2].answer == "no"
    assert rows[2].unmet == ("settled_worker",)
    new = CaseRow(None, "nobody knows the age", "2026-06-01", {"age_years": "", "lives_here": "true"}, "unknown")
    changed_one = replace(rows[1], given={**rows[1].given, "age_years": "31"})
    after = edit_cases.write_rows(EXAMPLES, (rows[0], changed_one, *rows[3:], new))
    lines = after.splitlines()
    assert lines[6] == (
        "  given: {lives_here: true, age_years: 31, employment_status: unemployed, employment_months_here: 6}"
    )
    assert lines[-4:] == [
        "- case: nobody knows the age",
        "  as_of: 2026-06-01",
        "  given: {age_years: null, lives_here: true}",
        "  expect: {answer: unknown}",
    ]
    assert "five months were too few" not in after
    assert edit_cases.read_rows(after)[-1] == replace(new, was=5)


def test_a_service_without_examples_gets_its_first():
    after = edit_cases.write_rows("", (CaseRow(None, "yes", "2026-06-01", {}, "yes", unmet=()),))
    assert after == "- case: yes\n  as_of: 2026-06-01\n  expect: {answer: yes, unmet: []}\n"
    assert edit_cases.write_rows(after, ()) == ""
