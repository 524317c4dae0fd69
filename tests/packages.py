"""Packages for tests: somebody to whom several departments owe something, taking them in, and what their jobs do."""

from typing import Any

from tests.cases import acting_in, look, step
from tests.databases import logged_in_as
from tests.posts import staffed
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import actions
from tongdeng.desk.exports import packages, rules
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, Channel, Given, Held, NewJoint, Opened
from tongdeng.kernel import clock
from tongdeng.sites.shell import package_offers

ARRIVAL = "arrival"
DEPARTMENTS = 3
REGISTRATION, PERMIT, LEASE, SCHOOL, INSURANCE, CARD = "PSB-01", "PSB-02", "HUD-01", "EDU-01", "MIB-01", "HRS-06"
DONE = ((Act.ACCEPT, "clerk"), (Act.REVIEW, ""), (Act.GRANT, ""), (Act.ISSUE, ""), (Act.SERVE, "clerk"),
        (Act.COMPLETE, "clerk"))  # fmt: skip
IN_CHARGE = {REGISTRATION: "police", PERMIT: "police", LEASE: "housing", SCHOOL: "education", INSURANCE: "hrss",
             CARD: "hrss"}  # fmt: skip
EVERYBODY = 10_000  # of the small county: among the first few it hangs on drawn ids who they are


def parent_of_the_owed() -> tuple[Resident, list[str]]:
    """Return a parent to whose child at least three departments owe something, and those services."""
    package = packages.known()[ARRIVAL]
    for who in residents(EVERYBODY):
        if who.child is None:
            continue
        with acting(Actor(RESIDENT, origin="portal"), person=who.person_id):
            proposed, _ = package_offers.offers(package, who.child, "BCDE", clock.today())
        codes = [one.code for one in proposed]
        if len({rules.desk_of(code) for code in codes}) >= DEPARTMENTS:
            return who, codes
    raise AssertionError("nobody in this county is owed by three departments")


def most_owed_in(place: str) -> tuple[int, list[str]]:
    """Return the person of a place, a grown-up or a child, to whom most of the package may be owed, and what."""
    package, people, found = packages.known()[ARRIVAL], residents(EVERYBODY), []
    with acting(staffed("clerk")):
        for who in people:
            if who.territory.startswith(place):
                for person in filter(None, (who.person_id, who.child)):
                    proposed, _ = package_offers.offers(package, person, "BCDE", clock.today())
                    found.append((person, [one.code for one in proposed]))
    return max(found, key=lambda one: len(one[1]))


def begin(who: Resident, *services: str, token: str, **more: Any) -> Opened:
    """Take a package in at the window."""
    new = NewJoint(who.person_id, ARRIVAL, services, Channel.WINDOW)
    with acting_in("clerk") as by:
        return actions.start_package(new=new, token=token, by=by, **{"is_sent": True, **more})


def all_given(case: int) -> None:
    """Have every paper of a case."""
    missing = [code for code, how in look(case).progress["materials"].items() if how == "missing"]
    if missing:
        step(case, Act.NOTE_MATERIALS, Given(materials=dict.fromkeys(missing, Held.GIVEN)))


def do_all(case: int, service: str) -> None:
    """Let a case go from submitted to done."""
    all_given(case)
    for act, who in DONE:
        step(case, act, who=who or IN_CHARGE[service])


def cases_of_package(joint: int) -> dict[str, int]:
    """Return the cases of a package by their services."""
    with logged_in_as("job"), acting(job(DESK)):
        return {one.service: one.pk for one in Case.objects.filter(parent_id=joint)}


def tend(joint: int) -> tuple[int, int]:
    """Do what the jobs of a package do: how many cases began, how many steps were told."""
    with logged_in_as("job"):
        return actions.begin_waiting(joint_id=joint, by=job(DESK)), actions.tell_news(joint_id=joint, by=job(DESK))
