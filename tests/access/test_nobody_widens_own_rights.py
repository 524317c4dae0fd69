"""Each way somebody could widen their own rights, refused by the database, with the control that it would work."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from zlib import crc32

import pytest
from django.db import DatabaseError, connection, transaction

from tests.access.conftest import rows_of
from tests.databases import owner_here
from tests.factors import enrolled
from tests.posts import COUNTY, EAST
from tongdeng.access import context
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor, command
from tongdeng.org import actions
from tongdeng.org.errors import RightRefused
from tongdeng.org.models import RightProposal, Staff
from tongdeng.org.types import PostKind, Right

pytestmark = pytest.mark.usefixtures("small_county")
WIDE = Right(PostKind.OFFICE, COUNTY, None, "办公室", "Office")
REFUSED = r"org[._]|permission denied"


def now(staff_id: int | None) -> Actor:
    """Return somebody in the post held now."""
    staff = Staff.objects.using("owner").get(pk=staff_id)
    return Actor("serve", staff.pk, staff.post_id, "web")


def somebody(kind: str = "worker", name: str = "") -> Actor:
    """Return a member of staff of their own, so that one test's right is not another's."""
    place = EAST if kind == "worker" else COUNTY
    staff = actions.add_staff(
        login=f"{kind}-{name}", name="王敏", kind=PostKind(kind), division=place, titles=("岗位", "Post"), bureau=None,
        password="a-good-password", by=command("setup"),
    )  # fmt: skip
    return now(staff.pk)


def execute(statement: str, *values: Any) -> int:
    """Run a statement as the web does: of whoever acts, or injected into what they do. Return how many rows it hit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def refused(statement: str, *values: Any) -> None:
    with pytest.raises(DatabaseError, match=REFUSED):
        execute(statement, *values)


@contextmanager
def without(table: str, right: str = "") -> Iterator[None]:
    """Switch a guard off, and give the web's login a right the matrix does not: the control of the test beside it."""
    trigger = GUARDS[table]
    with owner_here() as owner:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        if right:
            owner.execute(f"GRANT {right} ON {table} TO tongdeng_app")
        try:
            yield
        finally:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
            if right:
                owner.execute(f"REVOKE {right} ON {table} FROM tongdeng_app")


@contextmanager
def granted(table: str, right: str) -> Iterator[None]:
    """Give the web's login a right by mistake: the trigger must hold alone."""
    with owner_here() as owner:
        owner.execute(f"GRANT {right} ON {table} TO tongdeng_app")
        try:
            yield
        finally:
            owner.execute(f"REVOKE {right} ON {table} FROM tongdeng_app")


# ---- by writing the rows ----
NEW_POST = """
INSERT INTO org_post (unit_id, kind, title_zh, title_en, lo, hi)
SELECT unit_id, 'office', '', '', '990101000000', '990102000000' FROM org_post WHERE id = {post}"""
NEW_PERSON = """
INSERT INTO org_staff (login, name, password, post_id, is_active, has_first_password)
VALUES ('made-{staff}', '', '', {spare}, true, false)"""
APPROVAL = """
INSERT INTO org_right_proposal (staff_id, act, kind, title_zh, title_en, reason, state, proposed_at, proposed_by_id,
                                decided_by_id, decided_at, refusal, post_id, is_applied)
VALUES ({staff}, 'grant', 'office', '', '', '', 'approved', now(), {other}, {third}, now(), '', {spare}, false)"""
FACTOR = "INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES ({other}, 'webauthn', '{{}}', now())"
WIDER_PLACE = "UPDATE org_post SET lo = '990101000000', hi = '990102000000' WHERE id = {post}"
# What is tried: the table, the right that the web has not (empty: it has), the statement.
ROWS = {
    "another post": ("org_staff", "UPDATE (post_id)", "UPDATE org_staff SET post_id = {spare} WHERE id = {staff}"),
    "a wider kind": ("org_post", "UPDATE (kind)", "UPDATE org_post SET kind = 'office' WHERE id = {post}"),
    "a wider place": ("org_post", "UPDATE (lo, hi)", WIDER_PLACE),
    "no end": ("org_post", "UPDATE (until)", "UPDATE org_post SET until = '2099-01-01' WHERE id = {post}"),
    "a new post": ("org_post", "INSERT", NEW_POST),
    "a new person": ("org_staff", "INSERT", NEW_PERSON),
    "opened again": ("org_staff", "UPDATE (is_active)", "UPDATE org_staff SET is_active = true WHERE id = {closed}"),
    "an approval": ("org_right_proposal", "INSERT", APPROVAL),
    "another's password": ("org_staff", "", "UPDATE org_staff SET password = 'known' WHERE id = {other}"),
    "another's factor": ("mfa_authenticator", "", "DELETE FROM mfa_authenticator WHERE user_id = {other}"),
    "a factor for another": ("mfa_authenticator", "", FACTOR),
}
GUARDS = {
    "org_staff": "org_staff_guard", "org_post": "org_post_guard", "mfa_authenticator": "org_factor_guard",
    "org_right_proposal": "org_right_proposal_guard",
}  # fmt: skip


@pytest.fixture(scope="module")
def cast(small_county: Any) -> dict[str, Any]:
    """Somebody who wants more, two others, a closed account, and a wide post that nobody holds."""
    me, other, third = somebody(name="me"), somebody(name="other"), somebody(name="third")
    enrolled(Staff.objects.using("owner").get(pk=other.staff_id))
    closed, spare = somebody("office", "closed"), somebody("office", "spare")
    Staff.objects.using("owner").filter(pk=closed.staff_id).update(is_active=False)
    Staff.objects.using("owner").filter(pk=spare.staff_id).update(post=None)
    return {
        "by": me, "staff": me.staff_id, "post": me.post_id, "other": other.staff_id, "third": third.staff_id,
        "closed": closed.staff_id, "spare": spare.post_id,
    }  # fmt: skip


@pytest.mark.parametrize("way", ROWS)
def test_a_row_written_by_the_web_widens_nothing(way: str, cast: dict[str, Any]) -> None:
    _, _, statement = ROWS[way]
    with acting(cast["by"]):
        refused(statement.format(**cast))


@pytest.mark.parametrize("way", [way for way, parts in ROWS.items() if parts[1]])
def test_nor_does_it_with_a_right_given_by_mistake(way: str, cast: dict[str, Any]) -> None:
    table, right, statement = ROWS[way]
    with granted(table, right), acting(cast["by"]):
        refused(statement.format(**cast))


@pytest.mark.parametrize("way", ROWS)
def test_without_the_trigger_and_with_the_right_it_would(way: str, cast: dict[str, Any]) -> None:
    # Guards the two tests above: should one of these fail, those prove nothing.
    table, right, statement = ROWS[way]
    with without(table, right), transaction.atomic():
        with acting(cast["by"]):
            assert execute(statement.format(**cast)) >= 1
        transaction.set_rollback(True)


# ---- through the functions ----
@pytest.fixture
def three(small_county: Any, request: pytest.FixtureRequest) -> Callable[[str], Actor]:
    """Name people of this test's own."""
    made: dict[str, Actor] = {}

    def named(kind: str, suffix: str = "") -> Actor:
        key = f"{kind}{suffix}"
        if key not in made:
            made[key] = somebody(kind, f"{crc32(request.node.name.encode())}{suffix}")
        return made[key]

    return named


def proposed(three: Callable[..., Actor], right: Right = WIDE) -> tuple[int, Actor]:
    """Return a proposal about a worker, and that worker."""
    worker = three("worker")
    with acting(three("security")) as by:
        return actions.propose_right(staff_id=worker.staff_id, right=right, reason="接替", by=by), worker


def decide(proposal: int, by: Actor) -> None:
    with acting(by):
        actions.decide_proposal(proposal_id=proposal, is_approved=True, refusal="", by=by)


@pytest.mark.parametrize("second", ["security", "office"])
def test_two_people_give_a_right_and_it_counts_at_once(second: str, three: Callable[..., Actor]) -> None:
    # Guards everything below: this is the one way that works.
    proposal, worker = proposed(three)
    decide(proposal, three(second, "-2"))
    with acting(now(worker.staff_id)):
        assert rows_of("people_identity") > 100
    with acting(worker):  # the former post is nobody's now: a context signed before opens nothing
        assert rows_of("people_identity") == 0


@pytest.mark.parametrize("kind", sorted({kind.value for kind in PostKind} - {"security"}))
def test_only_the_security_administrator_proposes(kind: str, three: Callable[..., Actor]) -> None:
    with acting(three(kind)) as by, pytest.raises(RightRefused, match="not_your_task"):
        actions.propose_right(staff_id=three("worker", "-2").staff_id, right=WIDE, reason="接替", by=by)


@pytest.mark.parametrize("kind", sorted({kind.value for kind in PostKind} - {"security", "office"}))
def test_no_other_post_decides(kind: str, three: Callable[..., Actor]) -> None:
    proposal, _ = proposed(three)
    with pytest.raises(RightRefused, match="not_your_task"):
        decide(proposal, three(kind, "-2"))


def test_nobody_proposes_a_right_for_oneself(three: Callable[..., Actor]) -> None:
    with acting(three("security")) as by, pytest.raises(RightRefused, match="not_for_oneself"):
        actions.propose_right(staff_id=by.staff_id, right=WIDE, reason="接替", by=by)


def test_the_proposer_does_not_decide(three: Callable[..., Actor]) -> None:
    proposal, _ = proposed(three)
    with pytest.raises(RightRefused, match="second_person"):
        decide(proposal, three("security"))


def test_nobody_approves_an_own_right(three: Callable[..., Actor]) -> None:
    office = three("office")
    with acting(three("security")) as by:
        proposal = actions.propose_right(staff_id=office.staff_id, right=WIDE, reason="接替", by=by)
    with pytest.raises(RightRefused, match="second_person"):
        decide(proposal, office)


@pytest.mark.parametrize("who", ["proposer", "subject"])
def test_without_the_constraint_they_would(who: str, three: Callable[..., Actor]) -> None:
    # Guards the two tests above. A reset, since a new post of one's own would end the right to go on in the middle.
    office = three("office")
    with acting(three("security")) as by:
        proposal = actions.propose_factor_reset(staff_id=office.staff_id, reason="当面核实", by=by)
    with owner_here() as owner:
        rule = owner.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'org_right_proposal_second_person'"
        ).fetchone()[0]
        owner.execute("ALTER TABLE org_right_proposal DROP CONSTRAINT org_right_proposal_second_person")
        try:
            decide(proposal, office if who == "subject" else three("security"))
            assert RightProposal.objects.using("owner").get(pk=proposal).is_applied
        finally:
            owner.execute(
                "UPDATE org_right_proposal SET state = 'open', decided_by_id = NULL WHERE id = %s", [proposal]
            )
            owner.execute(f"ALTER TABLE org_right_proposal ADD CONSTRAINT org_right_proposal_second_person {rule}")


def test_without_a_signed_context_nobody_decides(three: Callable[..., Actor]) -> None:
    proposal, _ = proposed(three)
    refused("SELECT org_decide(%s, true, '', now())", proposal)
    with transaction.atomic():
        execute("SELECT set_config('tongdeng.context', %s, true)", f"{three('office').post_id}|serve|0|9999999999|00")
        refused("SELECT org_decide(%s, true, '', now())", proposal)
    decide(proposal, three("office"))  # guards the lines above: a signed one does


def test_a_decided_proposal_gives_nothing_twice(three: Callable[..., Actor]) -> None:
    proposal, worker = proposed(three)
    decide(proposal, three("office"))
    with acting(three("security")) as by:
        actions.revoke_right(staff_id=worker.staff_id, reason="调走", by=by)
    with pytest.raises(RightRefused, match="decided_already"):
        decide(proposal, three("office"))
    given = RightProposal.objects.using("owner").get(pk=proposal).post_id
    with granted("org_staff", "UPDATE (post_id)"), acting(three("office")):
        refused("UPDATE org_staff SET post_id = %s WHERE id = %s", given, worker.staff_id)


def test_a_proposal_is_not_changed_between_asking_and_approving(three: Callable[..., Actor]) -> None:
    narrow = Right(PostKind.WORKER, EAST, None, "协管员", "Worker")
    proposal, _ = proposed(three, narrow)
    change = "UPDATE org_right_proposal SET kind = 'office', division = '990101000000' WHERE id = %s"
    with granted("org_right_proposal", "UPDATE"), acting(three("security")):
        refused(change, proposal)
    with without("org_right_proposal", "UPDATE"), acting(three("security")):
        assert execute(change, proposal) == 1  # guards the line above


def test_one_person_takes_a_right_away_at_once(three: Callable[..., Actor]) -> None:
    worker = three("worker")
    with acting(worker):
        assert rows_of("people_identity") > 0
    with acting(three("security")) as by:
        actions.revoke_right(staff_id=worker.staff_id, reason="离职", by=by)
    with acting(worker):
        assert rows_of("people_identity") == 0


def test_a_right_ends_with_its_last_day(three: Callable[..., Actor]) -> None:
    worker = three("worker")
    for until, sees in ((date.today() + timedelta(days=1), True), (date.today() - timedelta(days=2), False)):  # noqa: DTZ011
        with owner_here() as owner:
            owner.execute("UPDATE org_post SET until = %s WHERE id = %s", [until, worker.post_id])
        with acting(worker):
            assert (rows_of("people_identity") > 0) is sees


def test_a_lost_factor_is_taken_away_by_two_people(three: Callable[..., Actor]) -> None:
    worker = three("worker")
    enrolled(Staff.objects.using("owner").get(pk=worker.staff_id))
    with acting(three("security")) as by:
        proposal = actions.propose_factor_reset(staff_id=worker.staff_id, reason="当面核实", by=by)
        refused("DELETE FROM mfa_authenticator WHERE user_id = %s", worker.staff_id)
    decide(proposal, three("office"))
    with owner_here() as owner:
        left = owner.execute("SELECT count(*) FROM mfa_authenticator WHERE user_id = %s", [worker.staff_id]).fetchone()
    assert left == (0,)


# ---- a table of one's own in the place of the owner's ----
STAND_IN = """
CREATE TEMP TABLE access_pad (id smallint, inner_pad bytea, outer_pad bytea) ON COMMIT DROP;
GRANT SELECT ON access_pad TO PUBLIC"""


def rows_under_a_forged_key() -> int:
    """Return how many people show once a temporary table with a key of one's own is there for the scope to read."""
    key = b"chosen by whoever injects"
    office = now(somebody("office", "forged").staff_id)
    text = context.sign(key, post=office.post_id or 0, purpose="serve", person=0, expiry=int(time.time()) + 60)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STAND_IN)
        cursor.execute("INSERT INTO pg_temp.access_pad VALUES (1, %s, %s)", context.pads(key))
        cursor.execute("SELECT set_config(%s, %s, true)", [context.SETTING, text])
        return rows_of("people_person")


def test_a_temporary_table_does_not_stand_in_for_the_key() -> None:
    assert rows_under_a_forged_key() == 0
    with owner_here() as owner:
        owner.execute("ALTER FUNCTION access_scope() SET search_path = pg_catalog, public")
        try:
            assert rows_under_a_forged_key() > 0  # guards the first line: without pg_temp at the end it would
        finally:
            owner.execute("ALTER FUNCTION access_scope() SET search_path = pg_catalog, public, pg_temp")


def test_every_function_of_the_owner_looks_into_temporary_tables_last() -> None:
    with owner_here() as owner:
        found = owner.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace IN (SELECT oid FROM pg_namespace"
            " WHERE nspname IN ('public', 'care')) AND coalesce(array_to_string(proconfig, ';'), '')"
            " !~ 'search_path=[^;]*, pg_temp(;|$)'"
        ).fetchall()
    assert found == []


# ---- three administrations ----
@pytest.mark.parametrize("kind", ["security", "auditor", "office", "worker"])
def test_only_the_system_administrator_keeps_accounts(kind: str, three: Callable[..., Actor]) -> None:
    with acting(three(kind)) as by, pytest.raises(RightRefused, match="not_your_task"):
        actions.open_account(login=f"new-{kind}", name="新人", password="first-of-all", by=by)
    with acting(three("admin")) as by:
        made = actions.open_account(login=f"new-{kind}", name="新人", password="first-of-all", by=by)
    assert Staff.objects.using("owner").get(pk=made).post_id is None


def test_the_administrator_gives_no_right_with_a_password(three: Callable[..., Actor]) -> None:
    worker = three("worker")
    enrolled(Staff.objects.using("owner").get(pk=worker.staff_id))
    with acting(three("admin")) as by:
        actions.give_password(staff_id=worker.staff_id, password="another-first-one", by=by)
        with pytest.raises(RightRefused, match="not_your_task"):
            actions.give_password(staff_id=by.staff_id, password="another-first-one", by=by)
        refused("UPDATE org_staff SET password = 'x', has_first_password = false WHERE id = %s", worker.staff_id)
    with owner_here() as owner:  # the second factor is not the administrator's to take
        kept = owner.execute("SELECT count(*) FROM mfa_authenticator WHERE user_id = %s", [worker.staff_id]).fetchone()
    assert kept == (1,)
