"""What another law would change, counted on the small county and checked by the plain engine."""

from collections.abc import Callable

import pytest

from tests.databases import SmallCounty
from tongdeng.catalogue import selectors as catalogue
from tongdeng.catalogue.published import as_bytes
from tongdeng.catalogue.types import Preview
from tongdeng.owed.preview import preview_law
from tongdeng.rules.engines.memory import answer
from tongdeng.rules.loader import load_files
from tongdeng.rules.model import Law
from tongdeng.snapshots import selectors as frozen
from tongdeng.synth.divisions import DEMO_COUNTY

PERMIT = "services/psb/residence_permit.yaml"
FILE = "services/civ/migrant_child_care.yaml"
Edit = Callable[[dict[str, str]], None]


def edited(edit: Edit) -> Law:
    files = catalogue.bundle_files(catalogue.current_digest())
    edit(files)
    for path in [path for path in files if path.endswith(".cases.yaml")]:
        del files[path]  # their answers belong to the law before
    return load_files(as_bytes(files))


def replacing(path: str, old: str, new: str) -> Edit:
    def edit(files: dict[str, str]) -> None:
        assert old in files[path]
        files[path] = files[path].replace(old, new)

    return edit


@pytest.fixture(scope="module")
def previewed(determined_county: SmallCounty, job_login) -> Callable[[Edit], Preview]:
    def preview(edit: Edit) -> Preview:
        with job_login("measure") as by:
            return preview_law(catalogue.law(), edited(edit), determined_county.as_of, by=by)

    return preview


def test_the_same_rules_change_nothing(previewed):
    same = previewed(lambda files: None)
    assert (same.affected, same.services, same.places, same.flip_share) == (0, (), (), 0.0)
    assert same.people > 200


def residents(as_of: object) -> list[dict[str, object]]:
    """Return the facts of everyone who lives here, as the snapshot gives them on a day."""
    link = frozen.connect()
    frozen.open_snapshot(link, frozen.latest())
    frozen.compute_facts(link, [as_of], DEMO_COUNTY[0].code[:6])
    return frozen.rows(link, "SELECT * FROM facts WHERE is_migrant")


def counted_plainly(law: Law, code: str, people: list[dict[str, object]], day: object) -> list[str]:
    version = law.services[code].version_on(day)
    known = [{name: person.get(name) for name in law.facts} for person in people]
    return [answer(version, facts, day).answer.value for facts in known]


def test_gains_and_losses_are_those_the_plain_engine_counts(previewed, determined_county):
    edit = replacing(PERMIT, "residence_months >= 6", "residence_months >= 24")
    day, seen = determined_county.as_of, previewed(edit)
    people = residents(day)
    before, after = (counted_plainly(law, "PSB-02", people, day) for law in (catalogue.law(), edited(edit)))
    pairs = list(zip(before, after, strict=True))
    (effect,) = seen.services
    assert effect.service == "PSB-02"
    assert effect.loses == sum(was == "yes" != comes for was, comes in pairs) > 0
    assert effect.gains == sum(was != "yes" == comes for was, comes in pairs) == 0
    assert effect.unknown_made == sum(was != "unknown" == comes for was, comes in pairs)
    assert effect.unknown_settled == sum(was == "unknown" != comes for was, comes in pairs)
    assert seen.people == len(people)
    assert seen.affected == sum(was != comes for was, comes in pairs)
    assert seen.flip_share == seen.affected / seen.people
    assert sum(place.loses for place in seen.places) == effect.loses
    assert effect.windows_removed > 0 == effect.windows_added


def test_the_other_way_round_gains_turn_into_losses(previewed, determined_county, job_login):
    strict = edited(replacing(PERMIT, "residence_months >= 6", "residence_months >= 24"))
    with job_login("measure") as by:
        there = preview_law(catalogue.law(), strict, determined_county.as_of, by=by)
        back = preview_law(strict, catalogue.law(), determined_county.as_of, by=by)
    assert (back.services[0].gains, back.services[0].loses) == (there.services[0].loses, 0)
    assert back.services[0].windows_added == there.services[0].windows_removed
    assert (back.affected, back.losing, back.gaining) == (there.affected, there.gaining, there.losing)


def test_a_fact_no_roll_supplies_is_unknown_and_the_preview_says_so(previewed):
    def edit(files: dict[str, str]) -> None:
        files["facts.yaml"] += "  likes_tea: {type: boolean, zh: 爱喝茶, en: likes tea, domain: B}\n"
        replacing(
            PERMIT, "half_a_year_here: residence_months", "tea: likes_tea\n      half_a_year_here: residence_months"
        )(files)

    seen = previewed(edit)
    assert seen.facts_missing == ("likes_tea",)
    assert seen.services[0].unknown_made == seen.services[0].loses > 0


def test_a_service_that_ends_takes_away_what_people_had_and_a_new_one_gives(previewed, determined_county, job_login):
    path = "services/civ/migrant_child_care.yaml"
    gone = previewed(lambda files: files.pop(path))
    assert [(one.service, one.kind, one.gains) for one in gone.services] == [("CIV-07", "removed", 0)]
    assert gone.services[0].loses > 0
    with job_login("measure") as by:
        new = preview_law(edited(lambda files: files.pop(path)), catalogue.law(), determined_county.as_of, by=by)
    assert [(one.kind, one.gains, one.loses) for one in new.services] == [("added", gone.services[0].loses, 0)]
    # Whom a new service refuses has lost nothing and gained nothing.
    assert new.affected == new.services[0].gains + new.services[0].unknown_made


def test_a_change_that_comes_later_is_judged_on_its_own_day(previewed, determined_county, job_login, monkeypatch):
    later = "  - from: 2027-03-01\n    conditions: {}\n    rhythm: yearly\n"
    law = edited(lambda files: files.update({FILE: files[FILE] + later}))
    monkeypatch.setenv("TONGDENG_TODAY", determined_county.as_of.isoformat())
    with job_login("measure") as by:
        seen = preview_law(catalogue.law(), law, by=by)
    assert seen.as_of.isoformat() == "2027-03-01"
    assert seen.known_on == determined_county.as_of
    assert seen.services[0].gains > 0


def test_only_what_bears_on_answers_and_windows_counts_as_a_change(previewed):
    words = previewed(replacing(PERMIT, "en: lives in this county now", "en: is at home in this county"))
    assert words.services == ()
    rhythm = previewed(replacing(FILE, "rhythm: yearly", "rhythm: quarterly"))
    (effect,) = rhythm.services
    assert (effect.gains, effect.loses, rhythm.affected) == (0, 0, 0)
    assert effect.windows_added > 0


def test_what_lies_behind_the_seal_is_named_and_not_counted(previewed):
    seen = previewed(replacing("services/hea/health_record.yaml", "en: Resident health record", "en: Health record"))
    assert (seen.sealed, seen.services) == (("HEA-01",), ())


def test_money_is_what_bureaus_measured_and_hours_what_the_county_estimates(previewed):
    from tongdeng.delivery.selectors import unit_costs

    seen = previewed(replacing(FILE, "age_years < 16", "age_years < 18"))
    (effect,) = seen.services
    cost = unit_costs()["CIV-07"]
    assert effect.gains > 0
    assert (effect.unit_cost_fen, effect.cost_year) == (cost.fen, cost.year)
    assert effect.money_fen == seen.money_fen == effect.gains * cost.fen
    assert effect.minutes == 60
    assert effect.hours == float(effect.gains)
    assert seen.posts == round(effect.gains / 1700, 2)
    on_request = previewed(
        replacing("services/psb/id_card_replacement.yaml", "from_outside: is_", "from_outside: not is_")
    )
    assert (on_request.money_fen, on_request.hours) == (None, None)
    assert (on_request.cost_unknown, on_request.minutes_unknown) == (("PSB-07",), ("PSB-07",))


def test_a_preview_is_kept_as_it_was(previewed):
    seen = previewed(replacing(PERMIT, "residence_months >= 6", "residence_months >= 24"))
    assert Preview.from_json(seen.as_json()) == seen
