"""Cases for tests: people who apply at the window, and the staff who act on what they applied for."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from tests.databases import logged_in_as
from tests.posts import staffed
from tests.residents import Resident
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK
from tongdeng.audit.types import Actor, job
from tongdeng.delivery.models import Delivery
from tongdeng.desk import actions
from tongdeng.desk.models import Case, Event
from tongdeng.desk.types import Act, Channel, Given, Held, Kind, NewCase, Opened, State

PERMIT = "PSB-02"
ALL_GIVEN = Given(materials=dict.fromkeys(("id_card", "photo", "housing_proof"), Held.GIVEN))
REST = Given(materials=dict.fromkeys(("work_proof", "study_proof"), Held.UNNEEDED))
_numbers = count(1)


@contextmanager
def acting_in(kind: str) -> Iterator[Actor]:
    """Act in a post of the county."""
    with acting(staffed(kind)) as by:
        yield by


def begin(who: Resident, service: str = PERMIT, kind: Kind = Kind.PROMISED, token: str = "") -> Opened:
    """Begin a case at the window."""
    new = NewCase(who.person_id, service, kind, Channel.WINDOW)
    with acting_in("clerk") as by:
        return actions.start_case(new=new, token=token or f"t{next(_numbers)}", by=by)


def step(case_id: int, act: Act, given: Given | None = None, *, who: str = "clerk", seen: int | None = None) -> int:
    """Do one act in a post, on the newest version unless another is said to have been seen."""
    with acting_in(who) as by:
        version = seen or Case.objects.get(pk=case_id).version
        return actions.take_step(case_id=case_id, act=act, seen=version, given=given, by=by)


def submitted(who: Resident, given: Given = ALL_GIVEN, service: str = PERMIT) -> int:
    """Hand in an application with some of its papers."""
    case = begin(who, service).id
    step(case, Act.NOTE_MATERIALS, given)
    step(case, Act.SUBMIT)
    return case


def accepted(who: Resident) -> int:
    """Have an application accepted."""
    case = submitted(who)
    step(case, Act.NOTE_MATERIALS, REST)
    step(case, Act.ACCEPT)
    return case


def look(case_id: int) -> Case:
    """Return a case as it is."""
    with logged_in_as("job"), acting(job(DESK)):
        return Case.objects.get(pk=case_id)


def state(case_id: int) -> State:
    """Return the state of a case."""
    return State(look(case_id).state)


def events(case_id: int) -> list[int]:
    """Return the numbers of the events of a case."""
    with logged_in_as("job"), acting(job(DESK)):
        return list(Event.objects.filter(case_id=case_id).order_by("seq").values_list("seq", flat=True))


def counts_as_given(record_id: int) -> bool:
    """Tell whether the service that was entered so counts as given."""
    with logged_in_as("job"), acting(job(DESK)):
        return Delivery.objects.filter(pk=record_id).exists()


def nightly() -> dict[str, int]:
    """Let the deadlines do what they do."""
    with logged_in_as("job"):
        return actions.carry_out_deadlines(by=job(DESK))
