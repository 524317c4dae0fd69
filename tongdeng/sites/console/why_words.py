"""Services by status and the explanation of one answer, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.owed.types import Status
from tongdeng.rules.explain import Explanation
from tongdeng.rules.model import Law, Value, Verdict
from tongdeng.sites.console.view_models.person import Change, Condition, Earlier, ServiceGroup, ServiceLine, Why
from tongdeng.sites.shell.frame import Link

ORDER = (
    Status.OWED, Status.UNKNOWN, Status.SERVED, Status.DECLINED, Status.AVAILABLE, Status.NOT_ENTITLED, Status.NOT_DUE,
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """What the words depend on: the day, the law, and what the reader's post may see of whom."""

    day: date
    teller: owed.Teller

    @property
    def law(self) -> Law:
        """Return the law that is told of."""
        return self.teller.law


def groups(
    reader: Reader, standings: Iterable[owed.Standing], facts: Mapping[str, Value], current: str
) -> tuple[ServiceGroup, ...]:
    """Return the services grouped by status, what is to be done first."""
    by_status: dict[Status, list[ServiceLine]] = {}
    for one in standings:
        if one.status is not None:
            by_status.setdefault(one.status, []).append(_line(reader, one, facts, current))
    return tuple(ServiceGroup(status.value, tuple(by_status[status])) for status in ORDER if status in by_status)


def _line(reader: Reader, one: owed.Standing, facts: Mapping[str, Value], current: str) -> ServiceLine:
    return ServiceLine(
        name=one.explanation.service.name,
        url=f"?service={one.code}",
        note=_note(reader, one, facts),
        is_current=one.code == current,
        is_offered=bool(one.status is Status.OWED and one.window and one.window.is_offered),
    )


def _note(reader: Reader, one: owed.Standing, facts: Mapping[str, Value]) -> Text:
    window, day = one.window, reader.day
    match one.status:
        case Status.OWED if window:
            due = f"{window.due_on:%m-%d}" if window.due_on.year == day.year else window.due_on.isoformat()
            is_over = window.due_on < day
            return Text(f"{due} 到期，已过", f"was due {due}") if is_over else Text(f"{due} 到期", f"due {due}")
        case Status.SERVED if window:
            return Text(str(window.outcome_on), str(window.outcome_on))
        case Status.DECLINED if window:
            return Text(f"{window.outcome_on}，可随时再申请", f"{window.outcome_on}, can apply again at any time")
        case Status.UNKNOWN:
            return _missing(reader.law, one.explanation)
        case Status.AVAILABLE:
            return Text("需要时申请", "when needed")
        case Status.NOT_ENTITLED:
            n = len(one.explanation.unmet)
            return Text(f"缺 {n} 个条件", f"{n} condition{'s' if n > 1 else ''} not met")
        case Status.NOT_DUE:
            opens = owed.next_opening(one.explanation.version, facts, day)
            return Text(f"{opens} 起可办", f"from {opens}") if opens else Text("", "")
    return Text("", "")


def _missing(law: Law, explanation: Explanation) -> Text:
    facts = owed.open_facts(law, explanation)
    if not facts:
        return Text("", "")
    more = len(facts) - 1
    zh, en = f"缺：{facts[0].zh}", f"missing: {facts[0].en}"
    return Text(f"{zh}等", f"{en} and {more} more") if more else Text(zh, en)


def why(reader: Reader, standing: owed.Standing, earlier: Sequence[owed.Earlier], ahead: owed.Ahead) -> Why:
    """Return the panel that explains one answer."""
    explanation, teller = standing.explanation, reader.teller
    # What would change it is told of today's answer; a past one has changed or has not.
    is_today = explanation.as_of >= reader.day
    return Why(
        service=explanation.service.name,
        code=standing.code,
        bureau=teller.bureau(explanation.service.bureau),
        state=(standing.status or Status.UNKNOWN).value,
        conditions=tuple(Condition(one.label, one.state, owed.used(teller, one)) for one in explanation.conditions),
        changes=tuple(map(Change, owed.changes(teller, explanation, ahead))) if is_today else (),
        holders=tuple(one.said for one in owed.holders(teller, explanation)) if is_today else (),
        basis=tuple(Link(owed.clause_text(clause), clause.url) for clause in explanation.version.basis),
        in_force=owed.version_text(explanation.version),
        law=teller.law.digest,
        earlier=tuple(_earlier(one, explanation) for one in earlier),
        detail=_detail(standing, reader.day),
    )


def _detail(standing: owed.Standing, today: date) -> Text | None:
    window, on = standing.window, standing.explanation.as_of
    if on < today:
        past = owed.day_text(on)
        return Text(f"按{past.zh}的法规和今天掌握的资料", f"By the law of {past.en} and what is known today")
    if standing.status is None:
        return Text("要看您的岗位看不到的资料才有结论", "The answer rests on records this post may not see")
    return _window_said(standing) if window else None


def _window_said(standing: owed.Standing) -> Text | None:
    status, window = standing.status, standing.window
    if window is None:
        return None
    opens, due = owed.day_text(window.opens_on), owed.day_text(window.due_on)
    if status is Status.OWED and window.is_offered:
        return Text(f"已告知，本人还没有确认；{due.zh}到期", f"Told, not confirmed by the person; due {due.en}")
    if status is Status.OWED:
        return Text(f"{opens.zh}起应享，{due.zh}到期", f"Owed since {opens.en}, due {due.en}")
    if window.outcome_on is None:
        return None
    on = owed.day_text(window.outcome_on)
    if status is Status.SERVED:
        return Text(f"{on.zh}已提供", f"Given on {on.en}")
    if status is Status.DECLINED:
        return Text(f"{on.zh}告知后谢绝，不影响其他服务", f"Declined on {on.en}; no other service is touched")
    return None


def sheet_answer(standing: owed.Standing) -> Text:
    """Return the answer in one sentence, for the person it is about."""
    said, window = owed.verdict(standing.explanation), standing.window
    name = standing.explanation.service.name
    if standing.status is None:
        return Text(f"“{name.zh}”要由掌握资料的部门答复。", f"“{name.en}”: the office that holds the records answers.")
    if standing.status is Status.SERVED and window and window.outcome_on:
        on = owed.day_text(window.outcome_on)
        return Text(f"“{name.zh}”已在{on.zh}提供。", f"“{name.en}” was given on {on.en}.")
    if standing.status is Status.DECLINED and window and window.outcome_on:
        on = owed.day_text(window.outcome_on)
        return Text(f"“{name.zh}”您在{on.zh}表示不需要，可以随时再申请。",
                    f"You declined “{name.en}” on {on.en}; you can apply again at any time.")  # fmt: skip
    if standing.status is Status.OWED and window:
        due = owed.day_text(window.due_on)
        return Text(f"您可以享受“{name.zh}”，应在{due.zh}前提供。",
                    f"“{name.en}” is owed to you, to be given by {due.en}.")  # fmt: skip
    return said


def _earlier(one: owed.Earlier, now: Explanation) -> Earlier:
    found = one.explanation
    zh, en = {
        Verdict.YES: ("符合", "entitled"),
        Verdict.NO: ("不符合：", "not entitled: "),
        Verdict.UNKNOWN: ("情况不明：", "not known: "),
    }[found.answer.answer]
    named = found.unmet if found.answer.answer is Verdict.NO else found.unknown
    if found.answer.answer is not Verdict.YES:
        zh += "、".join(condition.label.zh for condition in named)
        en += ", ".join(condition.label.en for condition in named)
    if found.version is not now.version:
        zh, en = f"{zh}（按当时的规定）", f"{en} (under the rules of that time)"
    return Earlier(one.on, Text(zh, en), f"?service={found.service.code}&on={one.on}")
