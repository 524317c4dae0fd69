"""Rows for every list there is: `fill(turns)` adds one to each of them for each of these people."""

from collections.abc import Sequence

from tests.cases import accepted, step, submitted
from tests.databases import logged_in_as
from tests.many import copy_rows, past_guards
from tests.posts import EAST, WEST, staffed
from tests.residents import residents
from tests.systems import asked
from tongdeng.access.selectors import acting
from tongdeng.audit.types import job
from tongdeng.desk.types import Act
from tongdeng.hall import selectors as halls
from tongdeng.intake import actions as intake
from tongdeng.intake.models import Move
from tongdeng.kernel import clock

PROPOSED = "JUS-04"  # a service that needs no application


def prepare() -> None:
    """Have the one row of each kind that is copied, where the full county lacks it."""
    asked()
    one, other = residents(2)
    submitted(one)
    step(accepted(other), Act.REVIEW, who="police")
    with logged_in_as("job"), acting(job("intake")) as by:
        for batch in Move.objects.values_list("batch_id", flat=True):
            intake.settle_household(batch_id=batch, by=by)
    away, deputy, head = staffed("worker", EAST), staffed("worker", WEST), staffed("office")
    with past_guards("desk_delegation") as owner:
        owner.execute(
            "INSERT INTO desk_delegation"
            " (post_id, deputy_id, from_on, until_on, granted_post_id, granted_staff_id, granted_at)"
            " VALUES (%s, %s, '2026-11-23', '2026-12-23', %s, %s, now())",
            [away.post_id, deputy.post_id, head.post_id, head.staff_id],
        )


def fill(turns: Sequence[int]) -> None:
    """Add rows to every list."""
    _people(turns)
    _questions(turns)
    _cases(turns)
    _at_the_desk(turns)
    _in_the_hall(turns)
    _staff(turns)
    _sent(turns)
    _of_one_resident(turns)


def _people(turns: Sequence[int]) -> None:
    """Let people live in rented homes, and let these be who may have left."""
    copy_rows("people_dwelling", turns, address_key="s.address_key || '-' || p.i", address="s.address || p.i")
    copy_rows("owed_window", turns, f"service = '{PROPOSED}' AND outcome IS NULL", opens_on="s.opens_on - 1")
    with past_guards("people_stay", "people_identity") as owner:
        owner.execute(
            "UPDATE people_stay SET as_at = '2024-01-02' WHERE person_id IN (SELECT person_id FROM ("
            " SELECT person_id, row_number() OVER (ORDER BY person_id) AS i FROM people_identity) p WHERE i = ANY(%s))",
            [list(turns)],
        )


def _questions(turns: Sequence[int]) -> None:
    """Ask who is who, who has moved, and who had declined."""
    other = "(SELECT max(person_id) FROM people_identity)"
    copy_rows("intake_doubt", turns, "kind = 'sample'", kind="'proposal'", other_id=other, record_id="NULL")
    today, lately = "CASE WHEN mod(p.i, 2) = 0 THEN {} END", f"timestamptz '{clock.now().isoformat()}'"
    by = staffed("clerk")
    copy_rows(
        "work_task", turns, "kind = 'intake.move'", detail="jsonb_set(s.detail, '{person}', to_jsonb(p.person_id))",
        outcome=today.format("'stays'"), closed_at=today.format(lately), closed_staff_id=today.format(str(by.staff_id)),
    )  # fmt: skip
    copy_rows(
        "intake_move", turns, subject_id="p.person_id", state="CASE WHEN mod(p.i, 2) = 0 THEN 'moved' ELSE 'asked' END",
        asked_at=lately, settled_at=today.format(lately), task_id="NULL",
    )  # fmt: skip
    copy_rows(
        "delivery_callback", turns, "state = 'open'", record_id="700000000 + p.i", recorder_id="NULL", domain="'B'"
    )


def _cases(turns: Sequence[int]) -> None:
    """Let cases be worked on, be late and be rated badly."""
    own = {"number": "'many-' || p.i", "token": "'many-' || p.i"}
    copy_rows("desk_case", turns, "state = 'under_review'", **own)
    case = "(SELECT id FROM desk_case WHERE number = 'many-' || p.i)"
    copy_rows("desk_supervision", turns, beside="desk_case", case_id=case)
    copy_rows("desk_event", turns, "act = 'rate'", beside="desk_case", case_id=case)
    copy_rows("desk_followup", turns, beside="desk_case", case_id=case, staff_id=str(staffed("clerk").staff_id))


def _at_the_desk(turns: Sequence[int]) -> None:
    """Let people ask about their data, and let data leak."""
    copy_rows("privacy_request", turns, "'housing' = ANY (desks) AND outcome IS NULL")
    copy_rows("privacy_breach", turns)
    copy_rows("desk_delegation", turns)


def _in_the_hall(turns: Sequence[int]) -> None:
    """Let people come to the eastern hall: by appointment on its last day, and with a number today."""
    day = halls.bookable_days(clock.today())[-1]
    copy_rows("hall_booking", turns, f"day = '{day}' AND state = 'booked'", place="100 + p.i", code="'m' || p.i")
    booked = "(SELECT id FROM hall_booking WHERE code = 'm' || p.i)"
    copy_rows("hall_holder", turns, beside="hall_booking", booking_id=booked)
    copy_rows(
        "hall_ticket", turns, number="100 + p.i", state="'waiting'", booking_id="NULL", wanted_window="NULL",
        ended_at="NULL", called_at="NULL", first_called_at="NULL", staff_id="NULL",
    )  # fmt: skip


def _staff(turns: Sequence[int]) -> None:
    """Hire staff, each in a post, and connect systems."""
    copy_rows("org_post", turns, f"kind = 'worker' AND lo = '{EAST}'", title_zh="'多' || p.i")
    post = "(SELECT id FROM org_post WHERE title_zh = '多' || p.i)"
    copy_rows("org_staff", turns, f"login = 'worker-{EAST}'", login="'many-' || p.i", post_id=post)
    copy_rows("org_staff", turns, "starts_with(login, 'system-')", login="'system-many-' || p.i", post_id="NULL")
    system = "(SELECT id FROM org_staff WHERE login = 'system-many-' || p.i)"
    copy_rows("connect_system", turns, staff_id=system)
    key = f"(SELECT id FROM connect_system WHERE staff_id = {system})"
    copy_rows("connect_key", turns, system_id=key, digest="'many-' || p.i")


def _sent(turns: Sequence[int]) -> None:
    """Let rolls be sent, and links be given out by which others send."""
    copy_rows("people_batch", turns, "source = 'police'", file_digest="decode(md5(p.i::text), 'hex')")
    copy_rows("intake_link", turns, for_whom="'many-' || p.i", territory="s.territory")
    link = "(SELECT id FROM intake_link WHERE for_whom = 'many-' || p.i)"
    copy_rows("intake_submission", turns, beside="intake_link", link_id=link, territory="s.territory")


def _of_one_resident(turns: Sequence[int]) -> None:
    """Let one resident have many of everything that is listed at /my/."""
    who = residents(1)[0]
    mine = {"person_id": str(who.person_id), "territory": f"'{who.territory}'"}
    own = {"number": "'mine-' || p.i", "token": "'mine-' || p.i"}
    copy_rows("desk_case", turns, "parent_id IS NULL AND state = 'submitted'", **own, **mine)
    copy_rows("desk_joint", turns, **own, **mine)
    copy_rows("privacy_request", turns, "outcome IS NULL", **mine)
    copy_rows("notify_letter", turns, subject_id="900000000 + p.i", **mine)
    copy_rows("privacy_proxy", turns, granter_id=str(who.person_id), **mine)
    copy_rows("hall_booking", turns, "state = 'booked'", place="200 + p.i", code="'o' || p.i")
    booked = "(SELECT id FROM hall_booking WHERE code = 'o' || p.i)"
    copy_rows("hall_holder", turns, beside="hall_booking", booking_id=booked, shown_id=str(who.person_id), **mine)
