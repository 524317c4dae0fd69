"""What deadlines do by themselves, case by case: each in a transaction of its own, so that a killed job loses none."""

from collections import Counter
from datetime import date

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import lights, selectors
from tongdeng.desk.actions import rows
from tongdeng.desk.actions.stepping import take_step
from tongdeng.desk.actions.supervising import open_orders
from tongdeng.desk.errors import DeadlinesFailed
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, State
from tongdeng.kernel import clock
from tongdeng.work.exports import calendar

LATE = {
    State.SUBMITTED: Act.DEEM_ACCEPTED,
    State.CORRECTION_REQUIRED: Act.DEEM_WITHDRAWN,
    State.ACCEPTED_WITH_GAPS: Act.DEEM_WITHDRAWN,
    State.UNDER_REVIEW: Act.DEEM_WITHDRAWN,
    State.SUSPENDED: Act.DEEM_WITHDRAWN,
}
COUNTED = ("deemed_accepted", "deemed_withdrawn", "supplied", "moved", "orders", "differing", "failed")


def carry_out_deadlines(*, by: Actor) -> dict[str, int]:
    """Deem accepted and deem withdrawn what is past its day, turn the lights, and open supervision orders.

    A case that cannot be dealt with holds up no other. Raises DeadlinesFailed, at the end, where there was one.
    """
    calendar.look_again()  # the county may have written a day into its table since this worker began
    today = clock.today()
    counts = Counter(dict.fromkeys(COUNTED, 0))
    with acting(by):
        due = Case.objects.filter(closed_on=None).exclude(state=State.DRAFT).order_by("id")
        open_cases = list(due.values_list("pk", flat=True))
    failed = []
    for case_id in open_cases:
        try:
            with acting(by):
                counts += _carry_out(case_id, today, by)
        except Exception as error:
            counts["failed"] += 1
            failed.append((case_id, error))
            with acting(by):
                detail = {"case": case_id, "error": getattr(error, "code", type(error).__name__)}
                audit.record("desk.case.not_carried_out", by=by, detail=detail)
    found = {name: counts[name] for name in COUNTED}
    with acting(by):
        audit.record("desk.deadlines.carried_out", by=by, detail=found)
    if failed:
        raise DeadlinesFailed([case_id for case_id, _ in failed], found) from failed[0][1]
    return found


def _carry_out(case_id: int, today: date, by: Actor) -> Counter[str]:
    """Do with one case what its deadlines do, and return what that was."""
    case = selectors.lock_case(case_id)
    if case is None or case.closed_on is not None:
        return Counter()
    if selectors.differing([case]):
        # Somebody wrote past the actions. Nothing is built upon it; the events say what is true.
        audit.record("desk.case.differs", by=by, subjects=[case.person_id], detail={"case": case_id})
        return Counter(["differing"])
    done = Counter(moved=_bring_up_to_date(case))
    if _is_supplied(case):
        take_step(case_id=case_id, act=Act.SUPPLY, seen=case.version, by=by)
        done["supplied"] += 1
        case.refresh_from_db()
    if (act := LATE.get(State(case.state))) and _is_late(case, act, today):
        take_step(case_id=case_id, act=act, seen=case.version, by=by)
        done["deemed_accepted" if act is Act.DEEM_ACCEPTED else "deemed_withdrawn"] += 1
        case.refresh_from_db()
    now = selectors.progress_of(case)
    done["orders"] += open_orders(case=case, broken=lights.broken(now, today, rows.lights_now(now)), by=by)
    return done


def _bring_up_to_date(case: Case) -> int:
    """Write the days anew, before anything is judged by them, where a holiday came in or a threshold changed."""
    now = selectors.progress_of(case)
    if all(getattr(case, name) == value for name, value in rows.columns(now).items()):
        return 0
    rows.write(case, now)
    return 1


def _is_supplied(case: Case) -> bool:
    """Tell whether everything a notice asked for is here and nobody said so: then nothing is waited for."""
    now = selectors.progress_of(case)
    return now.state is State.CORRECTION_REQUIRED and not {*now.listed} & {*now.missing}


def _is_late(case: Case, act: Act, today: date) -> bool:
    """Tell whether a term that ends by itself is over."""
    if act is Act.DEEM_WITHDRAWN:
        return case.person_due_on is not None and case.person_due_on < today
    return case.due_on is not None and case.due_on < today
