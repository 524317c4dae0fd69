"""Every duty the county's plan gives to a bureau is found again: a service, an internal duty, or what replaced it."""

import copy
from pathlib import Path

import pytest
import yaml

from tongdeng.rules import load

LAW = Path("law")
# The bureaus that part 3 (3) of the plan addresses by name, the joint duty of all, and the leading group's office.
ADDRESSED = {"PCO", "GOV", "FIN", "HRS", "PSB", "EDU", "HUD", "AMR", "HEA", "CIV", "GSC", "JUS", "LGO"}
KEYS = {"bureau", "source", "quote", "en", "services", "internal", "superseded"}


@pytest.fixture(scope="module")
def plan() -> dict:
    return yaml.safe_load((LAW / "plan" / "duties.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def services() -> set[str]:
    return set(load(LAW).services)


@pytest.fixture(scope="module")
def bureaus() -> set[str]:
    return set(yaml.safe_load((LAW / "codes" / "bureaus.yaml").read_text(encoding="utf-8"))["bureaus"])


def targets(duty: dict) -> list[str]:
    return [*duty.get("services", ()), *duty.get("internal", ()), *duty.get("superseded", {}).get("by", ())]


def lost(plan: dict, services: set[str]) -> list[str]:
    """Return the duties that map to nothing, and those that name a code which does not exist."""
    found = []
    for name, duty in plan["duties"].items():
        unknown = {*duty.get("services", ()), *duty.get("superseded", {}).get("by", ())} - services
        unknown |= set(duty.get("internal", ())) - plan["internal"].keys()
        if not targets(duty) or unknown:
            found.append(name)
    return found


def test_every_duty_maps_to_something_that_exists(plan, services):
    assert lost(plan, services) == []


@pytest.mark.parametrize("change", [{"services": []}, {"services": ["PSB-11"]}, {"internal": ["PSB-T9"]}])
def test_a_duty_that_maps_to_nothing_or_to_an_unknown_code_is_found(plan, services, change):
    broken = copy.deepcopy(plan)
    broken["duties"]["settlement"].update(change)
    assert lost(broken, services) == ["settlement"]


def test_a_superseded_duty_names_what_took_its_place_and_why(plan, services):
    broken = copy.deepcopy(plan)
    broken["duties"]["reward_for_long_acting"]["superseded"]["by"] = []
    assert lost(broken, services) == ["reward_for_long_acting"]
    replaced = [duty["superseded"] for duty in plan["duties"].values() if "superseded" in duty]
    assert all(one["by"] and one["zh"] and one["en"] for one in replaced)


def test_every_bureau_the_plan_addresses_has_its_duties(plan, bureaus):
    carriers = {duty["bureau"] for duty in plan["duties"].values()}
    assert carriers == ADDRESSED
    assert carriers <= bureaus | plan["others"].keys()
    assert {one["by"] for one in plan["internal"].values()} <= bureaus | plan["others"].keys()


def test_every_internal_duty_is_asked_for_somewhere(plan):
    asked = {code for duty in plan["duties"].values() for code in duty.get("internal", ())}
    assert asked == plan["internal"].keys()


def test_every_duty_is_quoted_and_said_in_english(plan):
    assert all(duty["quote"] and duty["en"] and duty["source"] for duty in plan["duties"].values())
    assert [name for name, duty in plan["duties"].items() if duty.keys() - KEYS] == []
