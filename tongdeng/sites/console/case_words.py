"""A case in words: its lights, clocks, papers, deeds and history, as the pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.http import HttpRequest

from tongdeng.desk import selectors as desk
from tongdeng.desk.exports import lifecycle, picture, rules
from tongdeng.desk.types import (
    CLOCKS,
    ROLES,
    STATES,
    Act,
    Clock,
    ClockFace,
    Held,
    Leg,
    Role,
    Signal,
    State,
    Step,
)
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org import selectors as org
from tongdeng.owed import selectors as owed
from tongdeng.rules import terms as said
from tongdeng.sites.console.law_page import terms
from tongdeng.sites.console.view_models.cases import Bar, Deed, Face, Happened, Paper
from tongdeng.sites.shell.frame import Choice, Link

LIGHTS = {Signal.GREEN: "", Signal.AMBER: "amber", Signal.YELLOW: "yellow", Signal.RED: "red"}
HELD_MARKS = {
    Held.MISSING: "owed", Held.GIVEN: "served", Held.KNOWN: "served", Held.COMMITTED: "offered",
    Held.UNNEEDED: "declined", Held.PROMISED: "not_due",
}  # fmt: skip
LOOK_AT = Text(
    "涉及健康：看过就还给本人，不收、不拍、不存", "about health: look at it and give it back; nothing is copied or kept"
)
SAYABLE = (Held.GIVEN, Held.KNOWN, Held.UNNEEDED, Held.MISSING)
# What is to be done next, before what may be done besides.
MAIN = (
    Act.SUBMIT, Act.SUPPLY, Act.ACCEPT, Act.REVIEW, Act.CLOSE_GAPS, Act.FIND, Act.GRANT, Act.RESUME, Act.ISSUE,
    Act.SERVE, Act.COMPLETE,
)  # fmt: skip
MARKS = {
    Act.ACCEPT: "served", Act.GRANT: "served", Act.COMPLETE: "served", Act.SUSPEND: "suspended", Act.CORRECT: "owed",
    Act.CORRECT_AGAIN: "owed", Act.REFUSE: "declined", Act.NOT_ACCEPT: "declined", Act.WITHDRAW: "declined",
    Act.WITHDRAW_FOR: "declined", Act.DEEM_WITHDRAWN: "declined", Act.REVOKE: "declined", Act.TERMINATE: "declined",
}  # fmt: skip
HINTS = {
    Act.CORRECT: Text(
        "只能告知一次：把缺的一次说全。", "This is said once: list everything that is missing."
    ),
    Act.ASK_PAPERS: Text(
        "受理以前没有告知的，每样只请一次。受理不变，时钟照走；本人会收到消息和致歉。",
        "For what was not asked for before acceptance, once each. It stays accepted and the clocks run; the person is"
        " told, with an apology.",
    ),
    Act.ACCEPT_WITH_GAPS: Text(
        "写明本人承诺补交什么、什么时候。时钟照走，补齐以前不能作决定。",
        "Write down what the person promises and by when. The clocks run; no decision until it is here.",
    ),
    Act.COMMIT: Text(
        "本人可以不用这种方式。承诺不实的，撤销已经作出的决定。",
        "The person may refuse this way. If the word is not true, what was granted is revoked.",
    ),
    Act.REFUSE: Text(
        "写明理由；复议和诉讼的途径会自动附上。", "Say why; the remedies are added by themselves."
    ),
    Act.WITHDRAW_FOR: Text(
        "只在本人要求时登记。写明本人怎么提出的、怎么核对的身份；本人会收到消息，可以要求恢复。",
        "Only where the person asks for it. Write down how they asked and how you knew them; they are told, and can"
        " have it taken up again.",
    ),
    Act.SUSPEND: Text(
        "中止的日子合起来算，到期要再看一次；超过的亮黄牌。",
        "The days of all suspensions count together. When they are over somebody looks again, or it turns yellow.",
    ),
    Act.TERMINATE: Text(
        "写明理由；通知书、复议和诉讼的途径会自动附上。", "Say why; notice and remedies are added by themselves."
    ),
    Act.EXPLAIN: Text(
        "本人收到说明；原因和日期，凭编号查进度的人也看得到。",
        "The person gets it; the reason and the day are shown to whoever follows the case by its number.",
    ),
    Act.INQUIRE: Text("时钟照走。", "The clocks run on."),
    Act.HAND_OVER: Text(
        "时限不变。同事能办的，是其岗位本来能办的。",
        "The terms stay. What the colleague may do is what their own post may.",
    ),
}  # fmt: skip
WIDTH, LEFT, DAY = 740.0, 4.0, 18.3


def paper_name(code: str) -> Text:
    """Return the word for a paper."""
    return said.named(code, terms().materials)


def light(case: desk.Case, today: date) -> Signal:
    """Return the light that a case shows."""
    return desk.light_of(case, today)


def papers(materials: Mapping[str, Held], notes: Mapping[str, Text] | None = None) -> tuple[Paper, ...]:
    """Return the papers of a case, each with what may be said of it."""
    known = notes or {}
    return tuple(
        Paper(
            code, paper_name(code), rules.held_text(code, held), HELD_MARKS[held],
            known.get(code) or (LOOK_AT if rules.is_seen_only(code) else NOTHING),
            tuple(Choice(one.value, rules.held_text(code, one), one is held) for one in SAYABLE),
        )
        for code, held in materials.items()
    )  # fmt: skip


def term_text(legs: Iterable[Leg]) -> Text:
    """Return a term in words: `10 个工作日 + 10 个工作日`."""
    found = list(legs)
    zh = " + ".join(f"{leg.days} {'个工作日' if leg.kind == 'working' else '天'}" for leg in found)
    en = " + ".join(
        f"{leg.days} {'working ' if leg.kind == 'working' else ''}day{'s' * (leg.days != 1)}" for leg in found
    )
    return Text(zh, en)


def faces(case: desk.Case, today: date) -> tuple[Face, ...]:
    """Return the clocks that matter now: those that run, or the two of a case that is decided."""
    shown = [
        one
        for one in desk.clocks_of(case, today)
        if one.stopped_on is None or one.clock in (Clock.STATUTORY, Clock.PROMISED)
    ]
    runs = desk.progress_of(case).runs
    return tuple(_face(one, picture.days_of(runs[one.clock], today), today) for one in reversed(shown))


def _face(one: ClockFace, cells: tuple[picture.Cell, ...], today: date) -> Face:
    unit_zh, unit_en = ("个工作日", "working days") if one.legs[-1].kind == "working" else ("天", "days")
    if one.stopped_on:
        left = Text(f"停在第 {one.used} 天", f"stopped on day {one.used}")
        due = Text(f"{one.stopped_on:%m-%d} 停", f"stopped {one.stopped_on:%m-%d}")
    elif one.due_on is None:
        left = Text(f"中止，剩 {one.left} {unit_zh}", f"suspended, {one.left} {unit_en} left")
        due = Text("不计时", "the clock stands still")
    elif today > one.due_on:
        left, due = Text("已超时", "overdue"), Text(f"{one.due_on:%m-%d} 到期", f"was due {one.due_on:%m-%d}")
    else:
        left = Text(f"剩 {one.left} {unit_zh}", f"{one.left} {unit_en} left")
        due = Text(f"{one.due_on:%m-%d} 到期", f"due {one.due_on:%m-%d}")
    step = min(DAY, (WIDTH - LEFT) / len(cells)) if cells else 0.0
    return Face(
        CLOCKS[one.clock], term_text(one.legs), left, due, one.clock is Clock.PROMISED,
        tuple(Bar(round(LEFT + step * at, 1), cell.number, _kind(cell)) for at, cell in enumerate(cells)),
        round(max(step - 2, 2), 1), one.is_provisional,
    )  # fmt: skip


def _kind(cell: picture.Cell) -> str:
    if cell.is_paused:
        return "paused"
    if cell.number is None:
        return "free"
    return "past" if cell.is_past else "ahead"


def way(case: desk.Case) -> tuple[tuple[Text, str], ...]:
    """Return the way to go with where the case is: `done`, `here` or `ahead`; a case that left it shows its own end."""
    path, now = list(picture.way()), State(case.state)
    seen = {State(one) for one in _states_seen(case)}
    if State.DECIDED_REFUSED in seen:
        path[path.index(State.DECIDED_GRANTED)] = State.DECIDED_REFUSED
    if now not in path:
        path = [state for state in path if state in seen] + [now]
    at = path.index(now)
    return tuple((STATES[state], "done" if n < at else "here" if n == at else "ahead") for n, state in enumerate(path))


def _states_seen(case: desk.Case) -> Iterable[State]:
    state = State.DRAFT
    yield state
    for event in desk.happened(case.pk)[1:]:
        state = lifecycle.BY_ACT[event.act].to(state)
        yield state


def events(case: desk.Case, steps: Iterable[Step]) -> tuple[Happened, ...]:
    """Return what happened, newest first."""
    told = list(steps)
    names = org.staff_names(one.staff_id for one in told if one.staff_id)
    reasons = rules.reasons()
    return tuple(
        Happened(
            one.at.astimezone(clock.CHINA), lifecycle.told(one.act), _who(one.role, names.get(one.staff_id or 0)),
            MARKS.get(one.act, "doing"), one.words, one.remedies,
            reasons.get(one.act.value, {}).get(str(one.data.get("reason", "")), _listed(one)),
        )
        for one in reversed(told)
    )  # fmt: skip


def _listed(step: Step) -> Text:
    items = step.data.get("items")
    if isinstance(items, list) and items:
        return Text.listed(paper_name(str(code)) for code in items)
    return NOTHING


def _who(role: Role, name: str | None) -> Text:
    text = ROLES[role]
    return Text(f"{text.zh} {name}", f"{text.en}, {name}") if name else text


def deeds(case: desk.Case, request: HttpRequest, today: date) -> tuple[Deed, ...]:
    """Return what this post may do with a case now, the next step first."""
    moves = desk.acts_for(case, request.actor, today)
    main = next((act for act in MAIN if act in {move.act for move in moves}), None)
    now = desk.progress_of(case)
    staff = org.colleagues(request.actor.post_id or 0)
    order = sorted(moves, key=lambda move: (move.act is not main, MAIN.index(move.act) if move.act in MAIN else 99))
    heads = desk.askable(case, request.actor, today)
    posts = tuple(
        Choice(str(one), name) for one, name in desk.holders_for(case).items() if one not in (case.holder_id, None)
    )
    return tuple(
        replace(_deed(move, now, move.act is main, staff, heads), posts=posts if move.act is Act.HAND_OVER else ())
        for move in order if move.act is not Act.ASK or heads
    )  # fmt: skip


def _deed(
    move: lifecycle.Move, now: desk.Progress, is_main: bool, staff: Mapping[int, str], heads: list[lifecycle.Move]
) -> Deed:
    needs = frozenset(need.value for need in move.needs)
    wanted = now.materials
    if move.act is Act.CLOSE_GAPS:
        wanted = dict.fromkeys(now.gaps, Held.GIVEN)
    elif move.act is Act.NOTE_MATERIALS:
        wanted = {code: held for code, held in wanted.items() if held is not Held.PROMISED}
    elif move.act is Act.ASK_PAPERS:
        wanted = dict.fromkeys(now.unasked, Held.MISSING)
    elif move.act is Act.SUPPLY:
        wanted, needs = {code: now.materials[code] for code in now.listed}, needs | {"materials"}
    reasons = rules.reasons().get(move.act.value, {})
    return Deed(
        move.act.value, move.says, is_main, needs, tuple(Choice(code, text) for code, text in reasons.items()),
        papers(wanted) if needs & {"materials", "items"} else (),
        tuple(Choice(str(number), name) for number, name in staff.items()) if "officials" in needs else (),
        tuple(Choice(one.act.value, one.says) for one in heads) if "asked" in needs else (),
        hint=HINTS.get(move.act, NOTHING), is_plain=not needs,
        phrases=tuple(Choice(code, text) for code, text in rules.phrases(move.act).items()) if "words" in needs else (),
    )  # fmt: skip


def open_cases(person_id: int, ever: Sequence[int]) -> tuple[Link, ...]:
    """Return what is being worked on for somebody, as far as the reader may see it."""
    return tuple(_open_case(case) for case in desk.cases_of(person_id, ever) if case.closed_on is None)


def _open_case(case: desk.Case) -> Link:
    name, state = owed.service_name(case.service), STATES[State(case.state)]
    told = Text(f"正在办：{name.zh}（{state.zh}）", f"Being handled: {name.en} ({state.en})")
    return Link(told, f"/cases/{case.pk}/")


def apply(person_id: int, service: str, takes_in: bool) -> Link | None:
    """Return the way to the case that is being worked on, or to begin one."""
    known = desk.open_services_of(person_id).get(service)
    if known:
        return Link(Text("看这个办件", "See the case"), f"/cases/{known}/")
    return (
        Link(Text("办理…", "Apply…"), f"/cases/new/?person={ids.show(person_id)}&service={service}")
        if takes_in
        else None
    )
