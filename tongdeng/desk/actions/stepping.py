"""One step of a case: the only way in which one goes on."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.delivery import actions as delivery
from tongdeng.delivery.types import Entry, Outcome
from tongdeng.desk import lifecycle, rules, selectors
from tongdeng.desk.actions import rows
from tongdeng.desk.actions.announcing import announce, named
from tongdeng.desk.actions.following_up import open_follow_up
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.judging import Asking, is_allowed, judge
from tongdeng.desk.lifecycle import Effect, Move
from tongdeng.desk.models import Case, Event
from tongdeng.desk.progress import Event as Happened
from tongdeng.desk.progress import Progress, advance
from tongdeng.desk.types import CHANNELS, Act, Channel, Clock, Given, Held, Kind, Leg, Role
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.rules.model import Version
from tongdeng.work.exports import calendar

UNKNOWN = Text("没有这个办件，或者不在本岗位", "there is no such case within this post's reach")
ANOTHERS = Text("这个申请不是您交的，不能由您撤回", "somebody else began this application: it is not yours to withdraw")
ASK_THERE = Text("可以到窗口问", "ask at the window")
TOGETHER = Text("这是一件事套餐里的一项，请评价整个套餐", "this is part of a package: rate the package")
AGAIN = Text("请看了最新情况再办", "look at it as it is now, and then decide")


@transaction.atomic
def take_step(
    *, case_id: int, act: Act, seen: int, by: Actor, given: Given | None = None, token: str = "",
    with_others: bool = False,
) -> int:  # fmt: skip
    """Do one act on a case and return its new version. Raises StepRefused, in words, and nothing has changed then.

    `seen`: the version that whoever acts has looked at; what somebody else did meanwhile is never overwritten. The same
    token from the same member of staff is one act, however often it is sent. `with_others`: one of a package's cases,
    for all of which whoever calls issues one receipt.
    """
    case, said = selectors.lock_case(case_id), given or Given()
    if case is None:
        raise StepRefused("unknown", UNKNOWN)
    if done := _done_before(case, act, token, by):
        return done
    _refuse_strangers(said, by)
    now, roles = selectors.progress_of(case), selectors.roles_of(by, case)
    if seen != now.version:
        raise _outdated(case)
    if act is Act.WITHDRAW and selectors.is_anothers(case, by):
        raise StepRefused("anothers", ANOTHERS, remedy=ASK_THERE)
    if selectors.is_rated_with_others(case, act):
        raise StepRefused("package", TOGETHER)
    if act is Act.HAND_OVER and said.post is not None and said.post not in selectors.holders_for(case):
        raise StepRefused("post", Text("这个岗位看不到本办件", "that post does not see this case"))
    move, on, terms = lifecycle.BY_ACT[act], clock.today(), rules.terms_for(case.service)
    judge(now, Asking(move, said, roles, on, by.staff_id, terms))
    role = next(one for one in move.by if one in roles)
    event = Happened(now.version + 1, act, role, on, by.staff_id, _data(case, now, move, said, on, by))
    after = advance(now, event)
    more = _settle(case, after, event, by)
    # The event first: for a resident, the database asks whether this case is theirs as it stands.
    rows.add_event(case, event, words=_words(move, said), token=token, by=by)
    rows.write(case, after, **more)
    if act is Act.RATE:
        open_follow_up(rated=case, stars=said.stars, by=by)
    announce(case=case, act=act, now=after, with_others=with_others, by=by)
    audit.record(
        move.code, by=by, subjects=[case.person_id],
        detail={"case": case.pk, "step": event.seq, "reason": said.reason, **_in_place_of(case, by, on)},
    )  # fmt: skip
    following = lifecycle.FOLLOWED_BY.get(act)
    if following and is_allowed(after, Asking(lifecycle.BY_ACT[following], Given(), roles, on, by.staff_id, terms)):
        return take_step(case_id=case_id, act=following, seen=after.version, by=by)
    return after.version


def _in_place_of(case: Case, by: Actor, on: date) -> dict[str, int]:
    """Name the post for which a deputy acts, for the record of acts; the deputy's own rights are all that is used."""
    if case.holder_id in (None, by.post_id) or case.holder_id not in selectors.worked_by(by, on):
        return {}
    return {"for_post": case.holder_id}


def _done_before(case: Case, act: Act, token: str, by: Actor) -> int | None:
    if not token:
        return None
    found = Event.objects.filter(case_id=case.pk, token=token, act=act.value, staff_id=by.staff_id)
    return found.values_list("seq", flat=True).first()


def _outdated(case: Case) -> StepRefused:
    last = Event.objects.get(case_id=case.pk, seq=case.version)
    told, at = lifecycle.told(Act(last.act)), last.at.astimezone(clock.CHINA)
    return StepRefused(
        "outdated",
        Text(f"{at:%H:%M} 已经有人办了：{told.zh}", f"at {at:%H:%M} somebody did something else: {told.en}"),
        remedy=AGAIN,
    )


def _refuse_strangers(given: Given, by: Actor) -> None:
    """Two officials are two people of whoever sends them, not two numbers."""
    if given.officials and not {*given.officials} <= {*org.colleagues(by.post_id or 0)}:
        raise StepRefused("colleagues", Text("只能派本岗位的同事", "only colleagues in this kind of post can be sent"))


def _words(move: Move, given: Given) -> dict[str, str]:
    words = {"words": given.words, "organ": given.organ}
    if move.act in (Act.REFUSE, Act.NOT_ACCEPT, Act.REVOKE, Act.TERMINATE):
        remedies = rules.remedies()
        words["remedies"] = f"{remedies.zh}\n{remedies.en}"
    return words


def _legs(case: Case, clock_: Clock, version: Version | None) -> list[Leg]:
    kind, channel = Kind(case.kind), Channel(case.channel)
    return rules.legs(clock_, version=version, kind=kind, channel=channel)


def _terms(case: Case, move: Move, data: dict[str, Any], on: date) -> None:
    """Note the terms of the clocks that an act starts: by the law in force then, so that no later law changes them."""
    started = [one for one, effect in move.clocks.items() if effect is Effect.START]
    if Clock.STATUTORY in started:
        law = catalogue.law()
        version = law.services[case.service].version_on(on) if case.service in law.services else None
        data["law"], data["version_from"] = catalogue.current_digest(), version and version.from_on.isoformat()
    else:
        version = None
    if started:
        data["legs"] = {one.value: [[leg.days, leg.kind] for leg in _legs(case, one, version)] for one in started}
    if Effect.LENGTHEN in move.clocks.values():
        data["legs"] = {Clock.STATUTORY.value: [[leg.days, leg.kind] for leg in rules.extension(Kind(case.kind))]}


def _data(case: Case, now: Progress, move: Move, given: Given, on: date, by: Actor) -> dict[str, Any]:
    """Return what the fold needs of an act: codes, numbers and days."""
    data: dict[str, Any] = {
        "reason": given.reason,
        "materials": {code: held.value for code, held in given.materials.items()},
        "items": list(given.items),
        "officials": sorted(set(given.officials)),
        "stars": given.stars,
        "asked": given.asked.value if given.asked else "",
        "day": given.on.isoformat() if given.on else "",
    }
    special: dict[Act, Callable[[], dict[str, Held]]] = {
        Act.COMMIT: lambda: dict.fromkeys(given.materials, Held.COMMITTED),
        Act.CORRECT: lambda: dict.fromkeys(given.items, Held.MISSING),
        Act.CORRECT_AGAIN: lambda: dict.fromkeys(given.items, Held.MISSING),
        Act.ACCEPT_WITH_GAPS: lambda: dict.fromkeys(now.missing, Held.PROMISED),
    }
    if move.act in special:
        data["materials"] = {code: held.value for code, held in special[move.act]().items()}
    data["to"] = given.post if move.act is Act.HAND_OVER else by.post_id if move.act is Act.REVIEW else None
    data = {name: said for name, said in data.items() if said}
    if move.act is Act.DEEM_ACCEPTED and now.received_on:
        data["since"] = now.received_on.isoformat()  # both clocks run from the day after receipt
    if move.act is Act.ASK_PAPERS:
        term = rules.term("asked_papers")
        data["until"] = calendar.add_days(on, term.days, term.kind).isoformat()
    _terms(case, move, data, on)
    return data


def _settle(case: Case, after: Progress, event: Happened, by: Actor) -> dict[str, Any]:
    """Record the service as given where a granted case is done, and take that back where the grant is revoked.

    So nobody is told that it is owed who has it, nor that they have it who do not.
    """
    if event.act is Act.REVOKE and case.record_id is not None:
        delivery.revoke_delivery(record_id=case.record_id, by=by)
        return {"record_id": None}
    if event.act is not Act.COMPLETE or not after.is_granted or event.role is Role.JOB:
        return {}
    person, _ = named(case.person_id)  # a service is given to somebody by name
    entry = Entry(
        person_id=person, territory=case.territory, service=case.service,
        served_on=after.served_on or event.on, outcome=Outcome.SERVED, channel=CHANNELS[Channel(case.channel)].zh,
    )  # fmt: skip
    return {"record_id": delivery.record_delivery(entry=entry, by=by)}
