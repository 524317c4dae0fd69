"""What somebody at the door says of a known stay: that it has ended, or that it goes on."""

import secrets
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.actions.households import FORM, entry_digest, entry_record, settle_soon
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import profiles
from tongdeng.people.types import NewRecord


def open_stays(profile: profiles.PersonProfile, on: date) -> dict[tuple[str, date], profiles.Stay]:
    """Return the stays open on a day by community and arrival, of each the best believed."""
    found: dict[tuple[str, date], profiles.Stay] = {}
    for stay in sorted(profile.stays, key=lambda one: -one.rank):
        if stay.starts_on <= on and (stay.ends_on is None or stay.ends_on > on):
            found[stay.community, stay.starts_on] = stay
    return found


def stay_words(
    profile: profiles.PersonProfile, token: str, stays: Iterable[tuple[str, date]], left_on: date | None
) -> list[NewRecord]:
    """Return the records that end these stays on a day, or without one confirm them. An older value stays as it was."""
    records = []
    for position, (community, arrived_on) in enumerate(stays):
        values = {"name": profile.name, "community_code": community, "arrived_on": arrived_on.isoformat()}
        if left_on is not None:
            values["departed_on"] = max(left_on, arrived_on).isoformat()
        records.append(
            entry_record(
                token, WORD_ROWS + position, values, profile.person_id, is_new=False, basis="none"
            )
        )  # fmt: skip
    return records


WORD_ROWS = 1000  # row numbers of words about stays, behind those of a household's members


@transaction.atomic
def say_left(*, person_id: int, left_on: date, by: Actor) -> int:
    """Record that somebody has left the place they live in; the day is the first on which they were absent.

    Returns the entry's number, by which it can be taken back.
    """
    today, profile = clock.today(), _profile(person_id)
    here = {key for key in open_stays(profile, today) if key[0] == profile.territory}
    if left_on > today:
        raise _wrong(Text("离开日期不能晚于今天", "nobody has left on a day to come"))
    if not here:
        raise _wrong(Text("这里没有未结束的居住记录", "no open stay is known here"))
    if left_on < max(arrived for _, arrived in here):
        raise _wrong(Text("离开日期早于来这里的日期", "the day lies before the arrival"))
    batch = _keep(profile, sorted(here), left_on, by)
    audit.record("intake.departure.recorded", by=by, subjects=[person_id], detail={"batch": batch})
    settle_soon(batch, profile.territory)
    return batch


@transaction.atomic
def say_still_here(*, person_id: int, by: Actor) -> int:
    """Record that somebody was met where the register says; returns the entry's number."""
    profile = _profile(person_id)
    here = {key for key in open_stays(profile, clock.today()) if key[0] == profile.territory}
    if not here:
        raise _wrong(Text("这里没有未结束的居住记录", "no open stay is known here"))
    batch = _keep(profile, [max(here, key=lambda key: key[1])], None, by)
    people.rebuild(persons=[person_id], on=clock.today(), by=by)
    audit.record("intake.presence.recorded", by=by, subjects=[person_id], detail={"batch": batch})
    settle_soon(batch, profile.territory)
    return batch


def _profile(person_id: int) -> profiles.PersonProfile:
    profile = profiles.find_profile(person_id)
    if profile is None:
        raise _wrong(Text("这个人不在本岗位的范围里", "this person is not within this post's reach"))
    return profile


def _keep(
    profile: profiles.PersonProfile, stays: list[tuple[str, date]], left_on: date | None, by: Actor
) -> int:  # fmt: skip
    token = secrets.token_hex(16)
    batch = people.open_entry(source=FORM, digest=entry_digest(token), by=by)
    places = registry.territories([profile.person_id])
    new = stay_words(profile, token, stays, left_on)
    people.store_records(batch_id=batch, new=new, by=by, territory=places[profile.person_id])
    return batch


def _wrong(fact: Text) -> UnusableInput:
    return UnusableInput("intake.presence.impossible", fact, place="left_on")
