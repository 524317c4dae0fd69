"""The law folder that is shipped: no fault, the whole catalogue, cases for every version, no unknown word."""

from pathlib import Path

import pytest
import yaml

from tongdeng.rules import load
from tongdeng.rules.check import check
from tongdeng.rules.model import FactType, Law, Rhythm
from tongdeng.rules.tree import facts_in

LAW = Path("law")
UNSEALED = "HEA-02"
LEAST_CASES = 3


@pytest.fixture(scope="module")
def law() -> Law:
    return load(LAW)


def codes(name: str) -> dict:
    return yaml.safe_load((LAW / "codes" / name).read_text(encoding="utf-8"))


def versions(law: Law):
    return [(service, version) for service in law.services.values() for version in service.versions]


def test_the_law_has_no_fault_and_every_version_a_case():
    findings = check(LAW)
    assert [finding.say("en") for finding in (*findings.faults, *findings.warnings)] == []


def test_every_service_of_the_catalogue_exists_and_no_other(law):
    catalogue = codes("catalogue.yaml")["catalogue"]
    assert sorted(law.services) == sorted(code for listed in catalogue.values() for code in listed)
    assert len(law.services) == 85
    assert {code: service.bureau for code, service in law.services.items()} == {
        code: bureau for bureau, listed in catalogue.items() for code in listed
    }


def test_every_version_has_a_yes_a_no_and_an_unknown(law):
    lacking = []
    for service, version in versions(law):
        answers = [case.answer for case in law.cases if case.service == service.code and version.covers(case.as_of)]
        # Where nothing is asked, nothing can be refused or unknown.
        wanted = {"yes", "no", "unknown"} if version.conditions else {"yes"}
        if len(answers) < LEAST_CASES or not wanted <= set(answers):
            lacking.append((service.code, str(version.from_on), sorted(answers)))
    assert lacking == []


def test_every_condition_and_every_name_is_said_in_both_languages(law):
    said = [(service.code, service.name) for service in law.services.values()]
    for service, version in versions(law):
        said += [(service.code, condition.label) for condition in version.conditions]
        said += [(service.code, clause.text) for clause in version.basis]
    said += [(step.code, step.name) for schedule in law.schedules.values() for step in schedule.steps]
    assert [code for code, text in said if text is None or not (text.zh and text.en)] == []
    assert [name for name, fact in law.facts.items() if not (fact.zh and fact.en and fact.domain)] == []


def test_materials_and_fees_are_words_of_the_codes(law):
    terms = codes("service_terms.yaml")
    unknown = [
        (service.code, word)
        for service, version in versions(law)
        for word, known in ((version.fee, terms["fees"]), *((one, terms["materials"]) for one in version.materials))
        if word not in known
    ]
    assert unknown == []


def test_a_promise_is_never_longer_than_the_law_allows(law):
    def in_days(term):
        return term.days * 7 / 5 if term.kind == "working" else term.days

    longer = [
        service.code
        for service, version in versions(law)
        if version.promised and version.statutory and in_days(version.promised) > in_days(version.statutory)
    ]
    assert longer == []


def test_the_health_bureau_is_sealed_but_for_health_education(law):
    sealed = {code for code, service in law.services.items() if service.extra.get("seal") == "care"}
    assert sealed == {code for code, service in law.services.items() if service.bureau == "HEA"} - {UNSEALED}
    assert law.services[UNSEALED].extra["seal"] == "none"


def test_no_service_outside_the_seal_asks_for_health(law):
    """A fact of domain F or G in an open service would carry health into the county's own answers."""
    medical = {name for name, fact in law.facts.items() if fact.domain in ("F", "G")}
    asking = {
        service.code
        for service, version in versions(law)
        for condition in version.conditions
        if medical.intersection(facts_in(condition.tree))
    }
    assert asking
    assert all(law.services[code].extra.get("seal") == "care" for code in asking)


def test_a_health_fact_comes_from_no_roll_of_the_county(law):
    assert [name for name, fact in law.facts.items() if fact.domain in ("F", "G") and fact.source] == []


def test_a_service_that_waits_for_a_request_opens_no_window(law):
    waiting = [(s.code, v) for s, v in versions(law) if v.rhythm in (Rhythm.PER_EVENT, Rhythm.CONTINUOUS)]
    assert [code for code, version in waiting if version.opens_from or version.anniversary_of] == []


def test_schedules_count_from_dates_and_every_one_is_used(law):
    used = {version.schedule for _, version in versions(law) if version.schedule}
    assert used == set(law.schedules)
    counted = {step.counted_from for schedule in law.schedules.values() for step in schedule.steps}
    assert all(law.facts[name].type is FactType.DATE for name in counted)
