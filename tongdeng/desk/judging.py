"""Whether an act may be done now: by the table alone, in words for whoever asked. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from tongdeng.desk import clocks
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.lifecycle import BY_ACT, IN_WORK, Effect, Guard, Move, Need
from tongdeng.desk.progress import Progress
from tongdeng.desk.types import ROLES, STATES, Act, Clock, Given, Held, Role
from tongdeng.kernel.errors import Text


@dataclass(frozen=True)
class Terms:
    """What the county's file says of the acts of one case: reasons by act, minor papers, papers a word may replace."""

    reasons: Mapping[str, Mapping[str, Text]]
    minor: frozenset[str]
    committable: frozenset[str]


@dataclass(frozen=True)
class Asking:
    """An act that somebody wants to do: with what, in which roles, on which day."""

    move: Move
    given: Given
    roles: frozenset[Role]
    on: date
    staff_id: int | None
    terms: Terms


# Whose end the office answers for.
OFFICE = (Clock.COMPLETENESS, Clock.PROMISED, Clock.STATUTORY, Clock.SUSPENSION, Clock.SERVING)
Holds = Callable[[Progress, Asking], bool]


def _in_time(now: Progress, asking: Asking) -> bool:
    """Tell whether the clock that the act stops or lengthens is not over."""
    ends = [clock for clock, effect in asking.move.clocks.items() if effect in (Effect.STOP, Effect.LENGTHEN)]
    return not any(
        clocks.is_over(now.runs[clock], asking.on)
        for clock in ends
        if clock in now.runs and not now.runs[clock].stopped_on
    )


def _is_late(now: Progress, clock: Clock, on: date) -> bool:
    run = now.runs.get(clock)
    return run is not None and run.stopped_on is None and clocks.is_over(run, on)


def _is_broken(now: Progress, on: date) -> bool:
    """Tell whether a term that the office answers for is over, or was when it stopped."""
    return any(clocks.is_over(run, on) for clock, run in now.runs.items() if clock in OFFICE)


def _held(now: Progress, given: Given, code: str) -> Held:
    return given.materials.get(code) or now.materials.get(code, Held.MISSING)


def _approved(now: Progress, asking: Asking) -> bool:
    return now.asked is not None and now.asked[0] is asking.move.act and now.asked[1] != asking.staff_id


NOT_PROVED = "not_proved"  # a reason of law/desk.toml


def _only_adds(now: Progress, asking: Asking) -> bool:
    given = asking.given.materials
    lost = {code for code, held in given.items() if held is Held.MISSING} - {*now.missing}
    return now.state not in IN_WORK or not (lost or {*given} & {*now.gaps})


def _unasked(now: Progress, asking: Asking) -> bool:
    return bool(now.unasked) and {*asking.given.items} <= {*now.unasked}


def _had_time(now: Progress, asking: Asking) -> bool:
    """Tell whether nobody is refused for want of a proof that they were not asked for."""
    return asking.given.reason != NOT_PROVED or all(
        code in now.asked_for and now.asked_for[code] < asking.on for code in now.missing
    )


HOLDS: Mapping[Guard, Holds] = {
    Guard.NOTHING_MISSING: lambda now, _: not now.missing,
    Guard.LISTED_SUPPLIED: lambda now, asking: all(
        _held(now, asking.given, code) is not Held.MISSING for code in now.listed
    ),
    Guard.ONLY_MINOR_MISSING: lambda now, asking: bool(now.missing) and set(now.missing) <= asking.terms.minor,
    Guard.GAPS_FILLED: lambda now, asking: all(
        _held(now, asking.given, code) not in (Held.MISSING, Held.PROMISED) for code in now.gaps
    ),
    Guard.NO_GAPS: lambda now, _: not now.gaps,
    Guard.HAS_GAPS: lambda now, _: bool(now.gaps),
    Guard.MAY_COMMIT: lambda now, asking: set(asking.given.materials) <= asking.terms.committable & set(now.materials),
    Guard.IS_COMMITTED: lambda now, _: now.is_committed,
    Guard.NOT_CORRECTED: lambda now, _: now.corrections == 0,
    Guard.CORRECTED: lambda now, _: now.corrections > 0,
    Guard.NOT_VERIFYING: lambda now, _: not now.is_verifying,
    Guard.IS_VERIFYING: lambda now, _: now.is_verifying,
    Guard.NOT_EXTENDED: lambda now, _: now.extended_on is None,
    Guard.IN_TIME: _in_time,
    Guard.COMPLETENESS_OVER: lambda now, asking: _is_late(now, Clock.COMPLETENESS, asking.on),
    Guard.APPLICANT_LATE: lambda now, asking: (
        _is_late(now, Clock.CORRECTION, asking.on) or _is_late(now, Clock.GAPS, asking.on)
    ),
    Guard.ONLY_ADDS: _only_adds,
    Guard.UNASKED: _unasked,
    Guard.HAD_TIME: _had_time,
    Guard.SOMETHING_AWAITED: lambda now, _: bool(now.gaps) or bool({*now.listed} & {*now.missing}),
    Guard.NOT_SERVED: lambda now, _: now.served_on is None,
    Guard.IS_SERVED: lambda now, _: now.served_on is not None,
    Guard.NOT_RATED: lambda now, _: now.stars == 0,
    Guard.NOT_REOPENED: lambda now, _: not now.is_reopened,
    Guard.APPROVED: _approved,
    Guard.NOTHING_ASKED: lambda now, _: now.asked is None,
    Guard.SOMETHING_ASKED: lambda now, _: now.asked is not None,
    Guard.IS_LATE: lambda now, asking: _is_broken(now, asking.on),
    Guard.NO_QUESTION: lambda now, _: not now.is_questioned,
    Guard.HAS_QUESTION: lambda now, _: now.is_questioned,
}

WHY: Mapping[Guard, Text] = {
    Guard.NOTHING_MISSING: Text(
        "还有材料没有登记为已交或不需要", "some papers are neither here nor noted as not needed"
    ),
    Guard.LISTED_SUPPLIED: Text("通知里列的材料还没有交齐", "not everything the notice lists is here"),
    Guard.ONLY_MINOR_MISSING: Text(
        "只有公布的次要材料可以容缺，而且要真的缺", "only the published minor papers may be missing, and some must be"
    ),
    Guard.GAPS_FILLED: Text("承诺后补的材料还没有交齐", "not all that was promised is here"),
    Guard.NO_GAPS: Text("容缺的材料没有补齐，不能作决定", "no decision while promised papers are missing"),
    Guard.HAS_GAPS: Text("没有容缺的材料", "there are no gaps"),
    Guard.MAY_COMMIT: Text("这项材料不能以承诺代替", "no written word may stand in for this paper"),
    Guard.IS_COMMITTED: Text("没有作过承诺，不能以此撤销", "nothing was committed to"),
    Guard.NOT_CORRECTED: Text("补正只能告知一次；再次告知要写明原因并经负责人同意", "corrections are asked for once"),
    Guard.CORRECTED: Text("还没有告知过补正", "no correction was asked for yet"),
    Guard.NOT_VERIFYING: Text("现场核查还没有结果", "the visit on site has not been reported"),
    Guard.IS_VERIFYING: Text("没有正在进行的现场核查", "nobody was sent to look"),
    Guard.NOT_EXTENDED: Text("已经延期过一次", "it was extended once"),
    Guard.IN_TIME: Text("时限已过", "the time for it is over"),
    Guard.COMPLETENESS_OVER: Text("审核材料的时限还没有过", "the time to check the papers is not over"),
    Guard.APPLICANT_LATE: Text("申请人的期限还没有过", "the applicant's time is not over"),
    Guard.ONLY_ADDS: Text(
        "受理以后只登记交来的材料；答应后补的，用“补齐容缺材料”",
        "once accepted, only what comes in is noted; what was promised is supplied by its own act",
    ),
    Guard.UNASKED: Text("只能请申请人交还缺、又没有请过的材料", "ask once, and only for what is missing"),
    Guard.HAD_TIME: Text(
        "缺的材料没有请申请人交过，或者期限还没有过，不能以“不能证明”为由不予",
        "nobody is refused for want of a proof before it was asked for and the time for it is over",
    ),
    Guard.SOMETHING_AWAITED: Text("要补的材料都在这里了", "everything that was asked for is here"),
    Guard.NOT_SERVED: Text("已经送达", "it was handed over"),
    Guard.IS_SERVED: Text("还没有送达", "it has not been handed over"),
    Guard.NOT_RATED: Text("已经评价过了", "it was rated"),
    Guard.NOT_REOPENED: Text("已经另立新件重新办理", "a new case was begun already"),
    Guard.APPROVED: Text(
        "要先由承办人报批，再由另一位负责人批准", "somebody asks first, and a head who is somebody else approves"
    ),
    Guard.NOTHING_ASKED: Text("已经报批，等待负责人", "the head has been asked already"),
    Guard.SOMETHING_ASKED: Text("没有等待批准的事", "nothing waits for approval"),
    Guard.IS_LATE: Text("没有超过时限，不用说明", "no term was broken: there is nothing to explain"),
    Guard.NO_QUESTION: Text("上一个问题申请人还没有答复", "the applicant has not answered the last question"),
    Guard.HAS_QUESTION: Text("没有等待答复的问题", "no question waits for an answer"),
}

LACKS: Mapping[Need, Text] = {
    Need.REASON: Text("请选原因", "choose a reason"),
    Need.WORDS: Text("请写明", "write it down"),
    Need.MATERIALS: Text("请选材料", "choose the papers"),
    Need.ITEMS: Text("请列出缺少的全部材料", "list everything that is missing"),
    Need.ORGAN: Text("请写明有权机关", "name the right office"),
    Need.OFFICIALS: Text("现场核查要有两名工作人员", "two officials must go"),
    Need.STARS: Text("请选一至五级", "choose one of five levels"),
    Need.ASKED: Text("请选要报批的事项", "choose what needs approval"),
    Need.POST: Text("请选转交给谁", "choose who has it from now on"),
    Need.DAY: Text("请写预计办完的日期，不能早于今天", "say by which day it will be done, today at the earliest"),
}


def _is_given(need: Need, now: Progress, asking: Asking) -> bool:
    given, known = asking.given, set(now.materials)
    return {
        Need.REASON: given.reason in asking.terms.reasons.get(asking.move.act.value, {}),
        Need.WORDS: bool(given.words.strip()),
        Need.MATERIALS: bool(given.materials),
        Need.ITEMS: bool(given.items) and set(given.items) <= known,
        Need.ORGAN: bool(given.organ.strip()),
        Need.OFFICIALS: len(set(given.officials)) >= 2,
        Need.STARS: 1 <= given.stars <= 5,
        Need.POST: given.post is not None,
        Need.DAY: given.on is not None and given.on >= asking.on,
        Need.ASKED: given.asked in BY_ACT and BY_ACT[given.asked].is_approved,
    }[need]


def sayable(act: Act, roles: frozenset[Role]) -> frozenset[Held]:
    """Return what somebody may say of a paper: an applicant hands it in, staff see what is known or not needed.

    That a word stands in its place is said by the act alone that asks for the words, and whether it may.
    """
    if act is Act.COMMIT:
        return frozenset({Held.COMMITTED})
    own = frozenset({Held.GIVEN, Held.MISSING})
    return own if roles <= {Role.APPLICANT} else own | {Held.KNOWN, Held.UNNEEDED}


def judge(now: Progress, asking: Asking) -> None:
    """Raise StepRefused, in words, unless the act may be done."""
    move = asking.move
    if now.state not in move.before:
        state = STATES[now.state]
        raise StepRefused(
            "state", Text(f"“{state.zh}”时不能{move.says.zh}", f"not while the case is “{state.en}”: {move.says.en}")
        )
    if asking.roles.isdisjoint(move.by):
        who = [ROLES[role] for role in move.by]
        raise StepRefused(
            "role",
            Text(f"要由{'、'.join(one.zh for one in who)}来办", f"this is for: {', '.join(one.en for one in who)}"),
        )
    if set(asking.given.materials) - set(now.materials):
        raise StepRefused("material", Text("法规没有要求这项材料", "the law does not ask for this paper"))
    if asking.given.materials and not move.notes_papers:
        raise StepRefused("papers", Text("这一步不登记材料", "no papers are noted with this act"))
    if not set(asking.given.materials.values()) <= sayable(move.act, asking.roles):
        raise StepRefused("said", Text("材料不能这样登记", "that cannot be said of a paper here"))
    for need in move.needs:
        if not _is_given(need, now, asking):
            raise StepRefused(need.value, LACKS[need])
    for guard in move.guards:
        if not HOLDS[guard](now, asking):
            raise StepRefused(guard.value, WHY[guard])
    if move.act is Act.ASK and asking.given.asked is not None:
        _judge_what_is_asked(now, asking, BY_ACT[asking.given.asked])


def is_allowed(now: Progress, asking: Asking) -> bool:
    """Tell whether an act may be done."""
    try:
        judge(now, asking)
    except StepRefused:
        return False
    return True


def _judge_what_is_asked(now: Progress, asking: Asking, move: Move) -> None:
    """Refuse to ask the head for what could not be done anyway."""
    guards = [guard for guard in move.guards if guard is not Guard.APPROVED]
    wanted = Asking(move, asking.given, frozenset(move.by), asking.on, None, asking.terms)
    if now.state not in move.before:
        state = STATES[now.state]
        raise StepRefused("state", Text(f"“{state.zh}”时不能{move.says.zh}", f"not while it is “{state.en}”"))
    for guard in guards:
        if not HOLDS[guard](now, wanted):
            raise StepRefused(guard.value, WHY[guard])
