"""A package in plain words for whoever applied: one thing, with a step for each department."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongdeng.audit.types import Actor
from tongdeng.desk import selectors as desk
from tongdeng.desk.exports import joints, packages, rules
from tongdeng.desk.exports import together as stages
from tongdeng.desk.types import HELD, Act, Held, Signal, State
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import merges
from tongdeng.sites.portal import case_words, words
from tongdeng.sites.portal.view_models import CaseLine, CaseStep
from tongdeng.sites.portal.view_models import Held as Value
from tongdeng.sites.shell import package_offers
from tongdeng.sites.shell.frame import Choice

Stage, Together = stages.Stage, stages.Together
LATE = frozenset({Signal.YELLOW, Signal.RED})
LACKING = frozenset({Held.MISSING, Held.PROMISED})
STAGES = {
    Stage.DRAFT: ("not_due", Text("还没有交", "Not sent yet")),
    Stage.UNDER_WAY: ("doing", Text("各部门正在办", "The departments are at work")),
    Stage.WAITS: ("owed", Text("缺材料，等您补", "Something is missing. We wait for you")),
    Stage.STANDS_STILL: ("suspended", Text("暂停计时", "The clock is stopped")),
    Stage.DONE: ("served", Text("全部办完了", "All done")),
    Stage.WITHDRAWN: ("declined", Text("已经撤回", "Withdrawn")),
    Stage.ENDED: ("declined", Text("已经结束", "Ended")),
}
WAITING = Text("排在后面，轮到就自动开始", "Comes later, and begins by itself")


@dataclass(frozen=True)
class Offer:
    """A service to choose in the form."""

    code: str
    name: Text
    mark: str
    why: Text
    terms: Text
    department: Text
    order: Text
    is_chosen: bool


@dataclass(frozen=True)
class Paper:
    """One paper, asked for once, and what for."""

    code: str
    name: Text
    mark: str
    held: Text
    note: Text
    uses: Text
    is_wanted: bool = False  # may be handed in now


@dataclass(frozen=True)
class PackageForm:
    """What somebody can ask for in one go."""

    name: str
    title: Text
    summary: Text
    token: str
    offers: tuple[Offer, ...]
    others: tuple[package_offers.Aside, ...]
    papers: tuple[Paper, ...]
    lacks: int
    known: tuple[Value, ...]
    clauses: tuple[Text, ...]


@dataclass(frozen=True)
class Part:
    """What one department does of a package."""

    case: int
    name: Text
    department: Text
    mark: str
    state: Text
    on: date  # of the newest step
    clocks: tuple[Text, ...]
    steps: tuple[CaseStep, ...]


@dataclass(frozen=True)
class PackagePage:
    """A package as its applicant sees it, and what they may do now."""

    id: int
    number: str
    code: str
    title: Text
    mark: str
    state: Text
    told: tuple[Text, ...]
    parts: tuple[Part, ...]
    closed: int
    wanted: tuple[Paper, ...]  # that may be handed in now
    settled: tuple[Paper, ...]
    acts: frozenset[str]
    is_draft: bool
    is_late: bool
    light: str  # the worst one of the open parts: a mark's name, or empty
    light_text: Text
    is_anothers: bool  # another guardian, or the window, began it
    stars: Text | None
    follow_up: Text | None  # what becomes of a bad rating
    follow_up_answer: str
    token: str


def title(name: str) -> Text:
    """Return what a package is called."""
    known = packages.find_package(name)
    return known.title if known else Text(name, name)


def offer(one: package_offers.Offered, is_chosen: bool, today: date) -> Offer:
    """Return a service of the form."""
    return Offer(
        one.code, one.name, one.mark, one.why, words.terms(one.version), package_offers.department(one.code, today),
        one.order, is_chosen,
    )  # fmt: skip


def asked(one: package_offers.Asked) -> Paper:
    """Return a paper of the form."""
    return Paper(one.code, one.name, case_words.MARKS[one.held], HELD[one.held], one.note, one.uses)


def levels() -> list[Choice]:
    """Return the five levels of a rating."""
    return [Choice(str(stars), text) for stars, text in case_words.STARS.items()]


def line(joint: joints.Joint, now: Together) -> CaseLine:
    """Return a package as one line of the list."""
    mark, state = STAGES[now.stage]
    light, light_text = case_words.light_words(now.light_on(clock.today()))
    count = Text(f"{state.zh}（{now.closed}/{now.parts} 项办完）", f"{state.en} ({now.closed} of {now.parts} over)")
    return CaseLine(
        joint.pk, title(joint.package), mark, count if now.is_open and joint.sent_on else state,
        now.person_due_on or now.due_on, now.stage is Stage.WAITS, now.is_open, is_package=True, light=light,
        light_text=light_text,
    )  # fmt: skip


def lines(person_id: int) -> list[CaseLine]:
    """Return somebody's applications, a package as one: those that are open first."""
    single = [case_words.line(one) for one in desk.cases_of(person_id) if one.parent_id is None]
    packages_of = joints.joints_of(person_id)
    now = joints.standings_of(packages_of)
    found = [*(line(one, now[one.pk]) for one in packages_of), *single]
    return sorted(found, key=lambda one: not one.is_open)


def told(now: Together, today: date) -> list[Text]:
    """Return by when something comes, in sentences."""
    found = []
    if now.person_due_on is not None:
        day = owed.day_text(now.person_due_on)
        found.append(Text(f"请在{day.zh}前补材料。别的项照常办。", f"Please supply it by {day.en}. The rest goes on."))
    if now.is_open and now.due_on is not None:
        day = owed.day_text(now.due_on)
        if now.due_on < today:
            found.append(
                Text(f"承诺的{day.zh}已经过了，对不起。", f"The promised day, {day.en}, has passed. We are sorry.")
            )
        else:
            found.append(Text(f"最晚{day.zh}各项都有决定。", f"By {day.en} everything is decided."))
    return found


def page(
    found: joints.Joint, cases: Sequence[desk.Case], takes: Mapping[int, frozenset[str]], by: Actor, today: date,
    token: str,
) -> PackagePage:  # fmt: skip
    """Return a package with its parts."""
    now = joints.standing_of(found)
    mark, state = STAGES[now.stage]
    signal = now.light_on(today)
    light, light_text = case_words.light_words(signal)
    papers, rated = list(_papers(cases, takes)), joints.follow_up_of(found)
    return PackagePage(
        id=found.pk, number=found.number, code=joints.code_of(found), title=title(found.package), mark=mark,
        state=state, told=tuple(told(now, today)), parts=tuple(_part(found, case, by, today) for case in cases),
        closed=now.closed, wanted=tuple(one for one in papers if one.is_wanted),
        settled=tuple(one for one in papers if not one.is_wanted), acts=frozenset(_acts(found, now, cases, by, today)),
        is_draft=found.sent_on is None and now.is_open,
        is_late=signal in LATE or (now.is_open and now.due_on is not None and now.due_on < today), light=light,
        light_text=light_text,
        is_anothers=desk.is_anothers(found, by), stars=case_words.STARS.get(found.stars),
        follow_up=case_words.follow_up(rated) if rated else None,
        follow_up_answer=desk.follow_up_words(rated)[1] if rated else "", token=token,
    )  # fmt: skip


def _part(found: joints.Joint, case: desk.Case, by: Actor, today: date) -> Part:
    mark, state = case_words.standing(State(case.state), is_granted=desk.progress_of(case).is_granted)
    if case.state == State.DRAFT and joints.order_of(found).get(case.service):
        mark, state = "not_due", waits(joints.order_of(found)[case.service])
    me = frozenset(merges.ids_of(by.person_id)) if by.person_id else frozenset()
    steps = case_words.steps(desk.steps_of(case), me)
    return Part(
        case.pk, owed.service_name(case.service), package_offers.department(case.service, today), mark, state,
        steps[-1].on, tuple(case_words.clocks(desk.clocks_of(case, today), today)), tuple(steps),
    )  # fmt: skip


def waits(before: Iterable[str]) -> Text:
    """Return what a part waits for."""
    names = [owed.service_name(code) for code in before]
    if not names:
        return WAITING
    first = Text.listed(names)
    return Text(f"{first.zh}办好以后自动开始", f"Begins by itself after: {first.en}")


def _papers(cases: Sequence[desk.Case], takes: Mapping[int, frozenset[str]]) -> Iterable[Paper]:
    """Return the papers of all parts, each once: how it stands where it stands worst, and what it is for."""
    uses: dict[str, list[desk.Case]] = {}
    for case in cases:
        for code in desk.progress_of(case).materials:
            uses.setdefault(code, []).append(case)
    for code, asking in uses.items():
        stands = [desk.progress_of(case).materials[code] for case in asking]
        worst = next((one for one in stands if one in LACKING), stands[0])
        yield Paper(
            code, rules.paper_name(code), case_words.MARKS[worst], HELD[worst], NOTHING,
            Text.listed(owed.service_name(case.service) for case in asking),
            is_wanted=any(_is_wanted(case, code, takes[case.pk]) for case in asking),
        )  # fmt: skip


def _is_wanted(case: desk.Case, code: str, takes: frozenset[str]) -> bool:
    now = desk.progress_of(case)
    # A notice has named everything: nothing else is asked for.
    return code in takes & {*now.missing, *now.gaps} and (not now.listed or code in now.listed)


def _acts(
    found: joints.Joint, now: Together, cases: Sequence[desk.Case], by: Actor, today: date
) -> Iterable[str]:  # fmt: skip
    open_acts = {move.act for case in cases for move in desk.acts_for(case, by, today)}
    if found.sent_on is None and now.is_open:
        yield "send"
    if Act.WITHDRAW in open_acts:
        yield "withdraw"
    if now.may_rate and not found.stars:
        yield "rate"
