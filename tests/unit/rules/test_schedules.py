"""A schedule is read whole, and each fault in it is told with its file, line and word."""

import pytest

from tests.unit.rules.law_folder import FACTS, SERVICE, write, write_law
from tongdeng.rules import check, load
from tongdeng.rules.model import Span

FILE = "schedules/vaccines.yaml"
USING = SERVICE.replace("rhythm: once", "rhythm: {schedule: vaccines}")
SCHEDULE = """\
schedule: vaccines
name: {zh: 免疫程序, en: schedule}
basis: [{zh: 某通知}]
counted_from: arrived_on
choices: [[live, inactive]]
steps:
  A-1: {name: {zh: 第1剂, en: dose 1}, opens: {days: 0}, before: {days: 1}, series: live}
  A-2:
    name: {zh: 第2剂, en: dose 2}
    opens: {years: 1, months: 1, weeks: 1, days: 1}
    until: {years: 4}
    after: {step: A-1, least: {weeks: 4}}
    only: sex = 'female' and age_years >= 13
  B-1: {name: {zh: 每年}, opens: {years: 65}, every: {years: 1}, series: inactive}
"""


def law_with(folder, schedule=SCHEDULE, service=USING):
    write_law(folder, service=service)
    write(folder, FILE, schedule)
    return folder


def test_what_a_schedule_says_is_read(tmp_path):
    found = load(law_with(tmp_path)).schedules["vaccines"]
    first, second, yearly = found.steps
    assert (found.title.en, found.choices, found.basis[0].checked) == ("schedule", (("live", "inactive"),), False)
    assert (first.code, first.counted_from, first.before, first.series) == ("A-1", "arrived_on", Span(days=1), "live")
    assert (second.opens, second.until, second.after) == (Span(13, 8), Span(48), ("A-1", Span(days=28)))
    assert second.only.text == "sex = 'female' and age_years >= 13"
    assert yearly.every == Span(12)


def test_a_good_schedule_has_no_faults_and_no_warnings(tmp_path):
    findings = check(law_with(tmp_path))
    assert (findings.faults, findings.warnings) == ((), ())


def test_a_change_of_a_schedule_is_a_change_of_the_law(tmp_path):
    before = load(law_with(tmp_path)).digest
    assert load(law_with(tmp_path, SCHEDULE.replace("days: 1}, series", "days: 2}, series"))).digest != before


def test_a_service_that_names_no_schedule_of_the_folder_is_a_warning(tmp_path):
    findings = check(write_law(tmp_path, service=USING))
    assert [(w.code, w.word) for w in findings.warnings] == [("rules.schedule.missing", "vaccines")]
    assert findings.faults == ()


@pytest.mark.parametrize(
    ("right", "wrong", "code", "line"),
    [
        ("schedule: vaccines", "schedule: doses", "rules.schedule.file", 1),
        ("counted_from: arrived_on", "counted_from: age_years", "rules.version.date_fact", 4),
        ("counted_from: arrived_on\n", "", "rules.schedule.counted_from", 6),
        ("[live, inactive]", "[live, inactiv]", "rules.schedule.series", 5),
        ("before: {days: 1}", "before: {days: 0}", "rules.schedule.order", 7),
        ("until: {years: 4}", "until: {years: 1}", "rules.schedule.order", 11),
        ("opens: {days: 0}", "opens: {hours: 0}", "rules.yaml.unknown_key", 7),
        ("step: A-1", "step: A-9", "rules.yaml.value", 12),
        ("age_years >= 13", "age_yeers >= 13", "rules.fact.unknown", 13),
        ("opens: {years: 65}, ", "", "rules.yaml.missing_key", 14),
        ("  A-2:", "  A-1:", "rules.yaml.duplicate_key", 8),
    ],
)
def test_each_fault_is_told_with_its_line(tmp_path, right, wrong, code, line):
    faults = check(law_with(tmp_path, SCHEDULE.replace(right, wrong))).faults
    assert (code, line) in [(fault.code, fault.line) for fault in faults]
    assert {fault.file for fault in faults} == {FILE}


def test_the_words_of_a_schedule_are_the_facts_of_the_law(tmp_path):
    assert "arrived_on" in FACTS
    assert check(law_with(tmp_path, SCHEDULE.replace("arrived_on", "born_on"))).faults[0].word == "born_on"
