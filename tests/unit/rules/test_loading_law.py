"""A law folder is read whole, and each fault is told with its file, line and word."""

from datetime import date

import pytest

from tests.unit.rules.law_folder import CASE_FILE, CASES, FACTS, FILE, SERVICE, write, write_law
from tongdeng.kernel.errors import UnusableInput
from tongdeng.rules import check, load
from tongdeng.rules.faults import LawIsFaulty
from tongdeng.rules.model import Rhythm

SECOND = "  - from: 2023-01-01\n    basis: [{zh: 某条例 §2}]\n    conditions: {}\n"


def only_fault(folder):
    """Return the one fault of a folder."""
    faults = check(folder).faults
    assert len(faults) == 1, [fault.say("en") for fault in faults]
    return faults[0]


def test_a_good_law_has_no_faults_and_no_warnings(tmp_path):
    findings = check(write_law(tmp_path))
    assert (findings.faults, findings.warnings) == ((), ())


def test_what_the_law_says_is_read(tmp_path):
    service = load(write_law(tmp_path)).services["HRS-02"]
    version = service.version_on(date(2022, 12, 31))
    assert (service.name.zh, service.bureau, version.rhythm, version.done_when) == (
        "失业登记",
        "HRS",
        Rhythm.ONCE,
        "arrived_on",
    )
    assert [condition.name for condition in version.conditions] == ["of_working_age", "insured"]
    assert version.conditions[1].label.en == "insured"
    assert service.version_on(date(2023, 1, 1)) is None


def test_a_version_without_until_lasts_until_the_next(tmp_path):
    open_ended = SERVICE.replace("    until: 2022-12-31\n", "")
    service = load(write_law(tmp_path, service=open_ended + SECOND)).services["HRS-02"]
    assert service.version_on(date(2022, 12, 31)).from_on == date(2008, 1, 1)
    assert service.version_on(date(2099, 1, 1)).from_on == date(2023, 1, 1)


def test_a_gap_between_versions_is_legal(tmp_path):
    later = SECOND.replace("2023-01-01", "2024-01-01")
    service = load(write_law(tmp_path, service=SERVICE + later)).services["HRS-02"]
    assert service.version_on(date(2023, 6, 1)) is None


def test_a_schedule_is_a_rhythm(tmp_path):
    text = SERVICE.replace("rhythm: once", "rhythm: {schedule: vaccines}")
    version = load(write_law(tmp_path, service=text)).services["HRS-02"].versions[0]
    assert (version.rhythm, version.schedule) == (Rhythm.SCHEDULE, "vaccines")


def test_the_digest_names_exactly_these_files(tmp_path):
    before = load(write_law(tmp_path)).digest
    assert load(write_law(tmp_path)).digest == before
    assert load(write_law(tmp_path, service=SERVICE.replace("16", "17"))).digest != before


def test_a_folder_without_facts_is_unusable(tmp_path):
    with pytest.raises(UnusableInput) as caught:
        check(tmp_path)
    assert caught.value.exit_code == 2


# In each: what the text becomes, the line of the fault, its code and its word.
SERVICE_FAULTS = [
    ("age_years >= 16", "agee_years >= 16", 9, "rules.fact.unknown", "agee_years"),
    ("insured: enrolled\n", "insured: age_years\n", 10, "rules.type.not_boolean", ""),
    ("insured: enrolled\n", "insured: sex = 'man'\n", 10, "rules.code.unknown", "man"),
    ("insured: enrolled\n", "insured:\n", 10, "rules.expression.empty", ""),
    ("insured: enrolled\n", "insured: {a: b}\n", 10, "rules.yaml.shape", "insured"),
    ("insured: enrolled\n", "in;sured: enrolled\n      insured: enrolled\n", 10, "rules.condition.name", "in;sured"),
    (
        "insured: enrolled\n",
        "insured: enrolled\n      of_working_age: enrolled\n",
        11,
        "rules.yaml.duplicate_key",
        "of_working_age",
    ),
    (
        "insured: enrolled\n",
        "insured: |\n        enrolled and\n        agee_years > 1\n",
        12,
        "rules.fact.unknown",
        "agee_years",
    ),
    ("rhythm: once", "rythm: once", 12, "rules.yaml.unknown_key", "rythm"),
    ("rhythm: once", "rhythm: often", 12, "rules.yaml.value", "often"),
    ("bureau: HRS", "bureau: HRS\nbureau: HRS", 4, "rules.yaml.duplicate_key", "bureau"),
    (
        "{zh: 失业登记, en: Unemployment registration}",
        "{en: Unemployment registration}",
        2,
        "rules.yaml.missing_key",
        "zh",
    ),
    ("zh: 失业登记,", "zh: ' ',", 2, "rules.yaml.missing_key", "zh"),
    ("service: HRS-02", "service: ''", 1, "rules.yaml.missing_key", "service"),
    ("insured: enrolled\n", "insured: sex || 'x' = 'y'\n", 10, "rules.expression.character", "|"),
    ("done_when: arrived_on", "anniversary_of: arived_on", 13, "rules.version.date_fact", "arived_on"),
    ("rhythm: once", "due_within: -3", 12, "rules.yaml.value", "-3"),
    ("rhythm: once", "provision: resident", 12, "rules.yaml.value", "resident"),
    ("from: 2008-01-01", "from: 2008-02-30", 5, "rules.yaml.value", "2008-02-30"),
    ("until: 2022-12-31", "until: 2007-12-31", 6, "rules.version.dates", "2007-12-31"),
    ("done_when: arrived_on", "done_when: age_years", 13, "rules.version.date_fact", "age_years"),
    ("labels: {insured:", "labels: {insurd:", 11, "rules.yaml.unknown_key", "insurd"),
    ("bureau: HRS", "bureau: !!str HRS", 3, "rules.yaml.tag", "!!str"),
    (
        "bureau: HRS",
        "bureau: !!python/object/apply:os.system [x]",
        3,
        "rules.yaml.tag",
        "!!python/object/apply:os.system",
    ),
    ("bureau: HRS", "bureau: [HRS", 4, "rules.yaml.syntax", None),
    ("bureau: HRS", "bureau: *nobody", 3, "rules.yaml.alias", "*nobody"),
    ("service: HRS-02", "---\nservice: HRS-02\n---\nservice: HRS-03", 3, "rules.yaml.documents", "---"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "word"), SERVICE_FAULTS, ids=[row[1][:30] for row in SERVICE_FAULTS]
)
def test_a_fault_in_a_service_is_told_with_its_line_and_word(tmp_path, old, new, line, code, word):
    fault = only_fault(write_law(tmp_path, service=SERVICE.replace(old, new, 1), cases=""))
    assert (fault.file, fault.line, fault.code) == (FILE, line, code)
    assert word is None or fault.word == word
    assert not word or word in fault.say("zh")
    assert not word or word in fault.say("en")


FACT_FAULTS = [
    ("age_years:", "as_of:", 2, "rules.fact.reserved", "as_of"),
    ("age_years:", "Between:", 2, "rules.fact.reserved", "Between"),
    ("age_years:", "person_id:", 2, "rules.fact.reserved", "person_id"),
    ("age_years:", "age years:", 2, "rules.fact.name", "age years"),
    ("age_years:", "SEX:", 3, "rules.fact.name", "sex"),
    ("type: integer", "type: number", 2, "rules.yaml.value", "number"),
    ("type: integer", "typ: integer", 2, "rules.yaml.unknown_key", "typ"),
    ("values: [male, female], ", "", 3, "rules.fact.values", "sex"),
    ("[male, female]", "[male, male]", 3, "rules.fact.values", "male"),
    ("when_absent: false", "when_absent: true", 4, "rules.fact.when_absent", "true"),
    ("facts:\n", "fact:\n", 1, "rules.yaml.unknown_key", "fact"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "word"), FACT_FAULTS, ids=[row[1] or row[0] for row in FACT_FAULTS]
)
def test_a_fault_in_the_vocabulary_is_told_with_its_line_and_word(tmp_path, old, new, line, code, word):
    faults = check(write_law(tmp_path, facts=FACTS.replace(old, new, 1))).faults
    found = [(fault.file, fault.line, fault.code, fault.word) for fault in faults]
    assert ("facts.yaml", line, code, word) in found


CASE_FAULTS = [
    ("  as_of: 2015-06-01\n", "", 1, "rules.yaml.missing_key", "as_of"),
    ("age_years: 30", "agee: 30", 3, "rules.yaml.unknown_key", "agee"),
    ("age_years: 30", "age_years: old", 3, "rules.yaml.value", "old"),
    ("answer: unknown", "answer: maybe", 4, "rules.yaml.value", "maybe"),
    ("answer: unknown", "answer: yes", 1, "rules.case.wrong", "yes"),
    ("[insured]", "[of_working_age]", 1, "rules.case.wrong", "of_working_age"),
    ("2015-06-01", "2023-01-01", 1, "rules.case.not_in_force", "2023-01-01"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "word"), CASE_FAULTS, ids=[row[1] or row[0] for row in CASE_FAULTS]
)
def test_a_fault_in_a_case_is_told_with_its_line_and_word(tmp_path, old, new, line, code, word):
    fault = only_fault(write_law(tmp_path, cases=CASES.replace(old, new)))
    assert (fault.file, fault.line, fault.code, fault.word) == (CASE_FILE, line, code, word)


def test_a_bare_yes_means_yes(tmp_path):
    cases = CASES.replace("enrolled: null", "enrolled: yes").replace(
        "{answer: unknown, unknown: [insured]}", "{answer: yes}"
    )
    assert check(write_law(tmp_path, cases=cases)).faults == ()


def test_a_case_can_say_that_the_service_did_not_exist(tmp_path):
    cases = CASES.replace("2015-06-01", "2007-12-31").replace("{answer: unknown, unknown: [insured]}", "{answer: none}")
    assert check(write_law(tmp_path, cases=cases)).faults == ()


def test_overlapping_versions_are_a_fault(tmp_path):
    fault = only_fault(write_law(tmp_path, service=SERVICE + SECOND.replace("2023-01-01", "2022-12-31")))
    assert (fault.code, fault.line, fault.word) == ("rules.version.overlap", 14, "2022-12-31")


def test_versions_that_are_not_oldest_first_are_a_fault(tmp_path):
    fault = only_fault(write_law(tmp_path, service=SERVICE + SECOND.replace("2023-01-01", "2001-01-01")))
    assert (fault.code, fault.line) == ("rules.version.order", 14)


def test_a_service_in_two_files_is_a_fault_that_names_both(tmp_path):
    write(write_law(tmp_path), "services/hrs/zz_again.yaml", SERVICE)
    fault = only_fault(tmp_path)
    assert (fault.code, fault.file) == ("rules.service.duplicate", "services/hrs/zz_again.yaml")
    assert FILE in fault.say("en")


def test_an_alias_bomb_is_a_fault_and_takes_no_time(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    fault = only_fault(write_law(tmp_path, service="\n".join(lines), cases=""))
    assert fault.code == "rules.yaml.too_large"


def test_a_deeply_nested_file_is_a_fault(tmp_path):
    fault = only_fault(write_law(tmp_path, service="[" * 5000 + "]" * 5000, cases=""))
    assert fault.code in ("rules.yaml.too_deep", "rules.yaml.syntax")


def test_bytes_that_are_not_utf_8_are_a_fault_with_their_line(tmp_path):
    folder = write_law(tmp_path, cases="")
    (folder / FILE).write_bytes(SERVICE.encode("gb18030"))
    fault = only_fault(folder)
    assert (fault.code, fault.file, fault.line) == ("rules.yaml.encoding", FILE, 2)


def test_a_version_without_a_case_is_a_warning(tmp_path):
    findings = check(write_law(tmp_path, service=SERVICE + SECOND))
    assert findings.faults == ()
    assert [(warning.code, warning.line) for warning in findings.warnings] == [("rules.version.no_case", 14)]


def test_all_faults_are_told_not_just_the_first(tmp_path):
    service = SERVICE.replace("age_years >= 16", "agee >= 16").replace("insured: enrolled\n", "insured: 1\n")
    folder = write_law(tmp_path, facts=FACTS.replace("type: decimal", "type: money"), service=service)
    with pytest.raises(LawIsFaulty) as caught:
        load(folder)
    assert [fault.place for fault in caught.value.faults] == ["facts.yaml:6", f"{FILE}:9", f"{FILE}:10"]


@pytest.mark.parametrize(
    ("known", "misspelt"),
    [
        ("age_years >= 16", "age_year >= 16"),
        ("done_when: arrived_on", "done_when: arived_on"),
        ("rhythm: once", "rythm: once"),
        ("rhythm: once", "rhythm: onec"),
        ("labels: {insured:", "labels: {insurd:"),
        ("rhythm: once", "rhythm: once\n    statutory: {day: 3, days: 3}"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_nearest_known_one(tmp_path, known, misspelt):
    fault = only_fault(write_law(tmp_path, service=SERVICE.replace(known, misspelt), cases=""))
    assert fault.word in misspelt
    assert fault.remedy.en.startswith("Did you mean '")


@pytest.mark.parametrize("known", ["sex", "enrolled", "age_years"])
def test_a_misspelt_fact_of_a_case_is_answered_with_the_nearest(tmp_path, known):
    cases = CASES.replace("given: {age_years: 30", f"given: {{age_years: 30, {known}s: 1")
    assert only_fault(write_law(tmp_path, cases=cases)).remedy.en == f"Did you mean '{known}'?"
