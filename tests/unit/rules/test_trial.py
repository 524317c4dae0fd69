"""A service judged while it is written, and what one version changes against another."""

from pathlib import Path

import pytest

from tongdeng.rules import changes, load, terms
from tongdeng.rules.trial import fault_of, try_service

FOLDER = Path(__file__).parents[3] / "law"
LAW = load(FOLDER)
TERMS = terms.terms(FOLDER)
PATH = "services/hrs/unemployment_registration.yaml"
TEXT = (FOLDER / PATH).read_text(encoding="utf-8")
CASES = (FOLDER / PATH.replace(".yaml", ".cases.yaml")).read_text(encoding="utf-8")


def told(found):
    """Return changes as (what, before, after) in Chinese."""
    return [(one.what.zh, one.before and one.before.zh, one.after and one.after.zh) for one in found]


def test_a_sound_service_answers_its_examples():
    trial = try_service(PATH, TEXT, CASES, LAW.facts)
    assert trial.service == LAW.services["HRS-02"]
    assert trial.faults == ()
    assert len(trial.results) == 6
    assert all(one.holds for one in trial.results)
    assert trial.results[2].unmet == ("settled_worker",)


def test_a_changed_rule_shows_which_examples_no_longer_hold():
    trial = try_service(PATH, TEXT.replace("here >= 6", "here >= 7"), CASES, LAW.facts)
    assert trial.faults == ()
    assert [one.holds for one in trial.results] == [True, False, True, True, True, True]
    assert trial.results[1].answer == "no"


def test_an_example_on_a_day_without_rules_is_answered_none():
    trial = try_service(PATH, TEXT, "- case: before\n  as_of: 1999-01-01\n  expect: {answer: none}\n", LAW.facts)
    assert trial.results[0].answer == "none"
    assert trial.results[0].holds


@pytest.mark.parametrize(
    ("text", "cases", "code"),
    [
        (TEXT.replace("age_years < 60", "age_yeers < 60"), CASES, "rules.fact.unknown"),
        ("service: [", CASES, "rules.yaml.syntax"),
        ("", CASES, "rules.yaml.shape"),
    ],
)
def test_a_faulty_service_says_where_and_tests_nothing(text, cases, code):
    trial = try_service(PATH, text, cases, LAW.facts)
    assert code in {fault.code for fault in trial.faults}
    assert all(one.case is None or one.answer == "" for one in trial.results)


def test_one_faulty_example_does_not_hide_the_others():
    broken = CASES.replace("as_of: 2023-01-01", "as_of: 2023-02-30")
    trial = try_service(PATH, TEXT, broken, LAW.facts)
    assert [one.holds for one in trial.results] == [True, True, True, False, True, True]
    assert trial.results[3].case is None
    assert try_service(PATH, TEXT, "a: [", LAW.facts).case_faults


def test_a_condition_is_sound_or_its_fault_is_named():
    assert fault_of("age_years >= 16", LAW.facts) is None
    assert fault_of("age_years", LAW.facts) is not None
    assert "age_years" in fault_of("age_yeers >= 16", LAW.facts).remedy.en


def test_a_version_says_what_it_changed():
    old, new = LAW.services["HRS-02"].versions
    found = told(changes.between(old, new, LAW.facts, TERMS))
    assert ("条件：在本县稳定就业满6个月", "在本县连续就业满月数至少为 6 个月", None) in found
    assert ("在哪里提供", "常住地提供", "向所有人提供") in found
    assert ("材料", "登记表、居民身份证", "登记表、居民身份证、社会保障卡") in found
    assert not [one for one in found if one[0] == "最后一天"]  # that the older one ends is no news
    assert changes.between(old, old, LAW.facts, TERMS) == ()


def law_with(text: str):
    """Return the law with another text of the service."""
    service = try_service(PATH, text, "", LAW.facts).service
    assert service
    return type(LAW)(LAW.facts, {**LAW.services, service.code: service}, LAW.cases, "other", LAW.schedules)


def test_two_laws_differ_by_service_and_version():
    after = law_with(TEXT.replace("    provision: anyone", "    provision: hukou"))
    (service,) = changes.between_laws(LAW, after, TERMS)
    ((title, found),) = service.versions
    assert (service.code, title.zh) == ("HRS-02", "2023-01-01 起的版本")
    assert told(found) == [("在哪里提供", "向所有人提供", "户籍地提供")]
    assert changes.between_laws(LAW, LAW, TERMS) == ()


def test_new_names_new_versions_and_gone_ones_are_told():
    longer = TEXT + TEXT[TEXT.index("  - from: 2023-01-01") :].replace("2023-01-01", "2027-01-01")
    (service,) = changes.between_laws(LAW, law_with(longer.replace("zh: 失业登记,", "zh: 登记失业,")), TERMS)
    titles = [title.zh for title, _ in service.versions]
    assert titles == ["名称", "2023-01-01 起的版本", "新版本，2027-01-01 起"]
    assert told(service.versions[1][1]) == [("最后一天", "没有截止", "2026-12-31")]
    (back,) = changes.between_laws(law_with(longer), LAW, TERMS)
    assert [title.zh for title, _ in back.versions][-1] == "2027-01-01 起的版本不再有"


def test_a_service_taken_out_is_told():
    without = type(LAW)(LAW.facts, {code: one for code, one in LAW.services.items() if code != "HRS-02"})
    (service,) = changes.between_laws(LAW, without, TERMS)
    assert len(service.versions) == 2


def test_terms_have_words_in_both_languages():
    version = LAW.services["HRS-02"].versions[-1]
    assert terms.rhythm(version) == ("一次，30 天内办好", "once, within 30 days")
    assert terms.limit(version.promised) == ("10 个工作日", "10 working days")
    assert terms.limit(None) is None
    assert terms.named("id_card", TERMS.materials).en == "identity card"
    assert terms.named("no_such_paper", TERMS.materials) == ("no_such_paper", "no_such_paper")
    assert terms.terms(FOLDER / "services").fees == {}
    for service in LAW.services.values():
        for one in service.versions:
            assert str(one.fee) in TERMS.fees
            assert one.provision in TERMS.provisions
            assert set(one.materials) <= set(TERMS.materials)
