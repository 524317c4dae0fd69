"""The register of processing is whole; what is past its time goes; a breach finds whom it touches."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.databases import logged_in_as
from tests.posts import EAST, signed_in, staffed
from tests.residents import residents, signed_in_at_my
from tongdeng.access import matrix
from tongdeng.access import types as purposes
from tongdeng.access.selectors import acting
from tongdeng.access.types import PRIVACY
from tongdeng.audit.types import job
from tongdeng.kernel import clock
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.models import Affected, Breach, Challenge, Retention
from tongdeng.privacy.types import LeakScope, NewAssessment, NewBreach

pytestmark = pytest.mark.usefixtures("determined_county")
# Of the program itself, about nobody: settling the installation, the law, the record of acts.
WITHOUT_PEOPLE = {"admin", "law", "seal", "audit"}


# ---- the register ----


def test_every_table_with_personal_data_is_in_the_register():
    law = matrix.read(settings.TONGDENG_LAW / "access.toml")
    listed = {table for one in privacy.activities().values() for table in one.tables}
    assert listed == law.personal.keys()


def named_purposes() -> set[str]:
    """Return every purpose that the program acts for: constants of access.types, and words given to an actor."""
    found = {value for name, value in vars(purposes).items() if name.isupper() and isinstance(value, str)}
    for path in Path("tongdeng").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "purpose")]
            if node.func.id in ("Actor", "command", "job"):
                found |= {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_purpose_of_the_program_is_in_the_register():
    listed = {purpose for one in privacy.activities().values() for purpose in one.purposes}
    assert named_purposes() - WITHOUT_PEOPLE - listed == set()
    assert "serve" in named_purposes()  # guards the line above


def test_every_entry_says_why_by_which_law_for_how_long_and_for_whom():
    for one in privacy.activities().values():
        assert all(part.zh and part.en for part in (one.name, one.why, one.clause, one.kept, one.recipients)), one.code
        assert one.optional in ("", "consent", "objection")
        assert not one.optional or one.notice in privacy.known(), one.code
        assert (one.basis == "consent") == (one.optional == "consent")


def test_notices_are_in_both_languages_and_their_versions_in_order():
    for name, versions in privacy.known().items():
        assert [one.from_on for one in versions] == sorted(one.from_on for one in versions)
        assert len({one.version for one in versions}) == len(versions)
        for one in versions:
            texts = [one.title, *(t for part in one.sections for t in (part.title, part.text))]
            assert all(text.zh and text.en for text in texts), name


# ---- what is past its time ----


def challenge(days: int) -> int:
    at = clock.now() - timedelta(days=days)
    made = Challenge.objects.create(
        handle_index=bytes([days % 256]) * 32, phone_index=bytes(32), address_index=bytes(32), created_at=at,
        expires_at=at,
    )  # fmt: skip
    return int(made.pk)


def test_the_job_deletes_what_is_past_its_time_and_nothing_else_and_reports_counts():
    old, new = challenge(3), challenge(0)
    page = signed_in("office").get("/privacy/").content.decode()
    assert "登录验证码" in page
    with acting(staffed("office")):
        assert privacy.retention_due()["sign_in_codes"] >= 1
    with logged_in_as("job"):
        counts = actions.carry_out_retention(by=job(PRIVACY))
    assert counts["sign_in_codes"] >= 1
    assert set(Challenge.objects.filter(pk__in=[old, new]).values_list("pk", flat=True)) == {new}
    assert Retention.objects.latest("ran_at").counts == counts


def test_people_who_left_long_ago_are_listed_and_not_deleted():
    with logged_in_as("job"), acting(job(PRIVACY)):
        from tongdeng.people.models import Person, Stay

        before = privacy.retention_due()["departed"]
        person = residents_person()
        Stay.objects.filter(person_id=person).update(starts_on=date(2010, 1, 1), ends_on=date(2015, 1, 1))
        assert privacy.retention_due()["departed"] == before + 1
    with logged_in_as("job"):
        assert actions.carry_out_retention(by=job(PRIVACY))["departed"] == before + 1
    with logged_in_as("job"), acting(job(PRIVACY)):
        assert Person.objects.filter(pk=person).exists()


def residents_person() -> int:
    from tongdeng.people.models import Stay

    return int(Stay.objects.order_by("-person_id").values_list("person_id", flat=True)[0])


# ---- assessments ----


def test_an_assessment_is_kept_for_three_years_and_cannot_be_changed():
    from django.db import ProgrammingError

    from tongdeng.privacy.models import Assessment

    made = NewAssessment("entitlement", "automated", date(2024, 2, 29), "必要", "误判", "人来决定", "medium")
    assert made.kept_until == date(2027, 3, 1)
    with acting(staffed("office")) as by:
        actions.add_assessment(made=made, by=by)
    for change in (lambda: Assessment.objects.update(risk="没有"), lambda: Assessment.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="permission denied"):
            change()
    assert "误判" in signed_in("auditor").get("/privacy/").content.decode()
    assert signed_in("clerk").get("/privacy/").status_code == 403


# ---- breaches ----


def leak(scope: LeakScope) -> int:
    made = NewBreach("名册发错了人", "", "可能有人打电话骗您", "", "0000-1", clock.now(), scope)
    with acting(staffed("office")) as by:
        return actions.open_breach(made=made, by=by)


def touched(breach: int) -> set[int]:
    with acting(staffed("office")):
        return set(privacy.persons_of_breach(breach))


def test_a_leak_touches_those_of_its_roll_and_place_and_nobody_else():
    with acting(staffed("office")):
        everybody = privacy.affected(LeakScope(source="police"))
        east = privacy.affected(LeakScope(source="police", place=EAST))
        table = privacy.affected(LeakScope(table="people_schooling"))
        both = privacy.affected(LeakScope(source="education", table="people_schooling"))
        late = privacy.affected(LeakScope(source="police", since=clock.today() + timedelta(days=2)))
        assert privacy.affected(LeakScope()) == set()
    assert 0 < len(east) < len(everybody)
    assert east < everybody
    assert both == table != set()
    assert late == set()


def test_an_export_that_went_astray_touches_those_it_was_about():
    from tests.databases import owner_here

    clerk = signed_in("clerk", EAST)
    clerk.get("/people/")
    with owner_here() as owner:
        entry, subjects = owner.execute(
            "SELECT id, subjects FROM audit_entry WHERE code = 'people.list.viewed' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert subjects
    assert touched(leak(LeakScope(entries=(entry,)))) == set(subjects)


def test_whoever_is_affected_reads_it_once_they_are_told():
    who = residents(1)[0]
    client, number = signed_in_at_my(who), leak(LeakScope(source="police"))
    other = leak(LeakScope(table="people_schooling", place=EAST))
    assert "可能泄露" not in client.get("/my/").content.decode()
    office = signed_in("office")
    assert office.post(f"/breaches/{number}/close", {"closing": "好"}).status_code == 422  # nobody was told yet
    office.post(f"/breaches/{number}/told/authority")
    office.post(f"/breaches/{number}/told/persons")
    assert "可能有人打电话骗您" in client.get("/my/").content.decode()
    assert office.post(f"/breaches/{number}/close", {"closing": "改了流程。"}).status_code == 302
    assert Breach.objects.get(pk=other).closed_at is None


def test_the_list_of_the_affected_is_for_the_breach_desk_alone():
    number = leak(LeakScope(source="police"))
    with acting(staffed("office")):
        assert Affected.objects.filter(breach_id=number).exists()
    for kind in ("clerk", "police", "auditor", "admin"):
        with acting(staffed(kind)):
            assert not Affected.objects.filter(breach_id=number).exists()
        assert signed_in(kind).get(f"/breaches/{number}/").status_code == 403


def test_deadlines_run_from_when_it_was_found():
    breach = Breach.objects.get(pk=leak(LeakScope(source="police")))
    assert breach.authority_due_at - breach.found_at == timedelta(hours=24)
    assert breach.persons_due_on > breach.found_at.astimezone(clock.CHINA).date()


# ---- proposals ----


def test_who_refused_is_proposed_nothing():
    with logged_in_as("job"), acting(job(PRIVACY)):
        assert privacy.objecting([residents_person()], "proposals") == set()
    who = residents(2)[1]
    signed_in_at_my(who).post("/my/choices/proposals/", {"answer": "no"})
    with acting(staffed("office")):
        assert privacy.objecting([who.person_id], "proposals") == {who.person_id}
