"""Reads of packages: which there are, which cases they made, and how far each is."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tongdeng.audit.types import arrival
from tongdeng.desk import rules, selectors, together
from tongdeng.desk.models import Case, FollowUp, Joint
from tongdeng.desk.numbers import code_hash, tidy_number
from tongdeng.desk.together import Part, Together
from tongdeng.desk.types import Followed, Leg, State
from tongdeng.kernel import clock
from tongdeng.people.exports import merges, records

__all__ = [
    "SUBJECT", "FollowedPackage", "Joint", "cases_in", "code_of", "desks_for_all", "find_joint", "follow",
    "follow_up_of", "joint_of", "joints_by_id", "joints_of", "lock_joint", "open_packages_of", "order_of",
    "rating_words", "standing_of", "standings_of", "states_in", "widest_domain",
]  # fmt: skip
SUBJECT = "desk.joint"  # of papers and letters


@dataclass(frozen=True)
class FollowedPackage:
    """What somebody with the number and the code of a package is shown."""

    number: str
    package: str
    now: Together
    cases: tuple[Followed, ...]
    waiting: tuple[str, ...]  # services that begin later


def find_joint(joint_id: int) -> Joint | None:
    """Return a package; None where the reader may not see it."""
    return Joint.objects.filter(pk=joint_id).first()


def lock_joint(joint_id: int) -> Joint | None:
    """Return a package and hold its row until the transaction ends."""
    return Joint.objects.select_for_update().filter(pk=joint_id).first()


def joints_by_id(numbers: Iterable[int]) -> dict[int, Joint]:
    """Return those of these packages that the reader may see."""
    return Joint.objects.in_bulk(list(numbers))


def joint_of(case: Case) -> Joint | None:
    """Return the package that a case belongs to, if the reader may see it."""
    return find_joint(case.parent_id) if case.parent_id is not None else None


def joints_of(person_id: int) -> list[Joint]:
    """Return the packages of a person, also under ids merged into theirs: the newest first."""
    return list(Joint.objects.filter(person_id__in=merges.ids_of(person_id)).order_by("-opened_at", "-id"))


def open_packages_of(person_id: int) -> dict[str, int]:
    """Return the packages that are not over, each with its newest."""
    found = joints_of(person_id)
    now = standings_of(found)
    return {one.package: one.pk for one in reversed(found) if now[one.pk].is_open}


def cases_in(joint: Joint) -> list[Case]:
    """Return those cases of a package that the reader may see, in its order."""
    return _in_order(joint, selectors.parts_of(joint.pk))


def _in_order(joint: Joint, parts: Iterable[Case]) -> list[Case]:
    place = {service: at for at, service in enumerate(order_of(joint))}
    return sorted(parts, key=lambda case: (place.get(case.service, len(place)), case.pk))


def first_cases(wanted: Iterable[Joint]) -> dict[int, int]:
    """Return the first case, in a package's order, that the reader may see of each of these packages."""
    by_id, parts = {one.pk: one for one in wanted}, defaultdict(list)
    for case in selectors.parts_of(*by_id):
        parts[case.parent_id].append(case)
    return {joint: _in_order(by_id[joint], cases)[0].pk for joint, cases in parts.items()}


def code_of(joint: Joint) -> str:
    """Return the secret code of a package, for the receipt."""
    return records.unseal_text(joint.code_sealed, joint.domain) or ""


def rating_words(joint: Joint) -> str:
    """Return what somebody wrote with the rating of a package."""
    return records.unseal_text(joint.words_sealed, joint.domain) or ""


def follow_up_of(joint: Joint) -> FollowUp | None:
    """Return what came of a bad rating of a package; None where there is none, or the reader does not see all of it."""
    return FollowUp.objects.filter(joint_id=joint.pk).first()


def order_of(joint: Joint) -> Mapping[str, tuple[str, ...]]:
    """Return what each service of a package waits for."""
    return {service: tuple(before) for service, before in joint.order}


def states_in(joint: Joint) -> dict[str, State]:
    """Return how each service of a package stands, as far as the reader sees; of one that was reopened, the newest."""
    return {case.service: State(case.state) for case in selectors.parts_of(joint.pk)}


def widest_domain(joint: Joint) -> str:
    """Return the domain of what names all services of a package: the most confidential of theirs."""
    return max(case.domain for case in selectors.parts_of(joint.pk))


def desks_for_all(joint: Joint) -> list[str]:
    """Return the kinds of post that see every case of a package: what names them all lies before these alone."""
    return sorted(set.intersection(*(set(rules.desks_of(service)) for service in order_of(joint))))


def standing_of(joint: Joint) -> Together:
    """Return how far a package is, by all its cases: also by those that the reader may not see."""
    return standings_of([joint])[joint.pk]


def standings_of(wanted: Collection[Joint]) -> dict[int, Together]:
    """Return the same of several packages, in one reading."""
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, desk_joint_parts(id) FROM unnest(%s::bigint[]) AS wanted(id)", [[one.pk for one in wanted]]
        )
        found = dict(cursor.fetchall())
    return {
        one.pk: together.together(map(_part, _plain(found[one.pk])), sent_on=one.sent_on, legs=_legs(one.term))
        for one in wanted
    }


def _plain(said: Any) -> Any:
    return json.loads(said) if isinstance(said, str) else said


def _legs(term: list[list[Any]]) -> tuple[Leg, ...]:
    return tuple(Leg(days, kind) for days, kind in term)


def _part(said: Mapping[str, str | None]) -> Part:
    days = (
        "promised_due_on", "statutory_due_on", "person_due_on", "closed_on", "amber_on", "yellow_on", "red_on",
    )  # fmt: skip
    return Part(State(said["state"]), *(date.fromisoformat(day) if (day := said.get(name)) else None for name in days))


def follow(number: str, code: str) -> FollowedPackage | None:
    """Return what is told to whoever has the number and the code of a package; the context is of purpose `follow`."""
    known, came = tidy_number(number), arrival()
    with connection.cursor() as cursor:
        # It writes down for the person that somebody looked.
        cursor.execute(
            "SELECT desk_follow_joint(%s, %s, %s, %s, %s)",
            [known, code_hash(known, code), clock.now(), came.address, came.request],
        )
        said = _plain(cursor.fetchone()[0])
    if said is None:
        return None
    place = {service: at for at, (service, _) in enumerate(said["order"])}
    cases = tuple(
        sorted((selectors.followed(known, one) for one in said["cases"] or ()), key=lambda one: place[one.service])
    )
    parts = [
        _part({**one, "state": one["progress"]["state"], "closed_on": one["progress"]["closed_on"]})
        for one in said["cases"] or ()
    ]
    sent_on = date.fromisoformat(said["sent_on"]) if said["sent_on"] else None
    waiting = [one.service for one in cases if one.state is State.DRAFT]
    return FollowedPackage(
        known, said["package"], together.together(parts, sent_on=sent_on, legs=_legs(said["term"])), cases,
        tuple(waiting) if sent_on else (),
    )  # fmt: skip
