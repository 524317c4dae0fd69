"""Services by status and the explanation of one answer, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.owed.types import Status
from tongdeng.people import selectors as registry
from tongdeng.people.exports import profiles
from tongdeng.rules.explain import Evidence, ExplainedCondition, Explanation
from tongdeng.rules.model import Fact, Law, Value, Verdict
from tongdeng.sites.console.person_words import bureau_text, day_text, source_text
from tongdeng.sites.console.view_models.person import Change, Condition, Earlier, ServiceGroup, ServiceLine, Why
from tongdeng.sites.shell.frame import Link

ORDER = (
    Status.OWED, Status.UNKNOWN, Status.SERVED, Status.DECLINED, Status.AVAILABLE, Status.NOT_ENTITLED, Status.NOT_DUE,
)  # fmt: skip
UNITS = {"years": Text("周岁", "years"), "months": Text("个月", "months"), "days": Text("天", "days")}
# Where the number alone says less than the date behind it.
SINCE = {
    "employment_months_here": "employed_from",
    "has_residence_registration": "residence_registered_on",
    "holds_residence_permit": "permit_issued_on",
    "has_residence_permit": "permit_issued_on",
    "pension_enrolled": "pension_enrolled_on",
    "has_lease": "lease_started_on",
    "lease_filed": "lease_filed_on",
    "continuous_study": "school_enrolled_on",
}
FROM_BIRTH = frozenset({"born_on", "age_years", "age_months", "age_days", "school_entry_on"})
FROM_NUMBER = FROM_BIRTH | {"sex"}
STAY_SOURCES = ("police", "form", "housing")


@dataclass(frozen=True)
class Reader:
    """What the words depend on: the person, the law, the day, and what the reader's post may see."""

    profile: profiles.PersonProfile
    law: Law
    day: date
    domains: str


def _asked(law: Law, fact: Fact) -> Fact:
    """Return the fact somebody can be asked for: nobody states an age, but a date of birth."""
    return law.facts["born_on"] if fact.name in FROM_BIRTH else fact


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


def _open_facts(law: Law, explanation: Explanation) -> list[Fact]:
    """Return what would settle an unknown answer, each fact once."""
    found = [_asked(law, e.fact) for c in explanation.unknown for e in c.evidence if e.fact.name in c.settled_by]
    return list({fact.name: fact for fact in found}.values())


def _missing(law: Law, explanation: Explanation) -> Text:
    facts = _open_facts(law, explanation)
    if not facts:
        return Text("", "")
    more = len(facts) - 1
    zh, en = f"缺：{facts[0].zh}", f"missing: {facts[0].en}"
    return Text(f"{zh}等", f"{en} and {more} more") if more else Text(zh, en)


def why(reader: Reader, standing: owed.Standing, earlier: Sequence[owed.Earlier], met_from: Mapping[str, date]) -> Why:
    """Return the panel that explains one answer."""
    explanation = standing.explanation
    return Why(
        service=explanation.service.name,
        code=standing.code,
        bureau=bureau_text(explanation.service.bureau, reader.day),
        state=(standing.status or Status.UNKNOWN).value,
        conditions=tuple(Condition(one.label, one.state, _used(reader, one)) for one in explanation.conditions),
        # What would change it is told of today's answer; a past one has changed or has not.
        changes=tuple(_changes(reader, explanation, met_from)) if explanation.as_of >= reader.day else (),
        basis=tuple(
            Link(
                clause.text
                if clause.checked
                else Text(f"{clause.text.zh}（原文待核对）", f"{clause.text.en} (text still to be checked)"),
                clause.url,
            )
            for clause in explanation.version.basis
        ),
        in_force_from=explanation.version.from_on,
        earlier=tuple(_earlier(one, explanation) for one in earlier),
        detail=_detail(standing, reader.day),
    )


def _detail(standing: owed.Standing, today: date) -> Text | None:
    window, on = standing.window, standing.explanation.as_of
    if on < today:
        return Text(f"按 {on} 的法规和今天掌握的资料", f"by the law of {on} and what is known today")
    if standing.status is None:
        return Text("要看您的岗位看不到的资料才有结论", "The answer rests on records this post may not see")
    if window and standing.status is Status.OWED:
        if window.is_offered:
            return Text(
                f"已告知，本人还没有确认；{window.due_on} 到期",
                f"Told, not confirmed by the person; due {window.due_on}",
            )
        return Text(
            f"{window.opens_on} 起应享，{window.due_on} 到期", f"Owed since {window.opens_on}, due {window.due_on}"
        )
    if window and standing.status is Status.SERVED:
        return Text(f"{window.outcome_on} 已提供", f"Given on {window.outcome_on}")
    if window and standing.status is Status.DECLINED:
        return Text(
            f"{window.outcome_on} 告知后谢绝，不影响其他服务",
            f"Declined on {window.outcome_on}; no other service is touched",
        )
    return None


def _used(reader: Reader, condition: ExplainedCondition) -> Text:
    """Return the values a condition used, each group of them with where it comes from."""
    told: dict[Text, list[Text]] = {}
    for evidence in condition.evidence:
        told.setdefault(_origin(reader, evidence), []).append(_value(reader, evidence, condition))
    zh = [f"{'；'.join(v.zh for v in values)}（{origin.zh}）" for origin, values in told.items()]
    en = [f"{'; '.join(v.en for v in values)} ({origin.en})" for origin, values in told.items()]
    return Text("；".join(zh), "; ".join(en))


def _value(reader: Reader, evidence: Evidence, condition: ExplainedCondition) -> Text:
    fact, value = evidence.fact, evidence.value
    if value is None:
        return Text(f"{fact.zh}：不知道", f"{fact.en}: not known")
    if isinstance(value, bool):
        return Text(f"{fact.zh}：{'是' if value else '否'}", f"{fact.en}: {'yes' if value else 'no'}")
    label = fact.value_labels.get(str(value))
    if label:
        return Text(f"{fact.zh}：{label.zh}", f"{fact.en}: {label.en}")
    unit = UNITS.get(fact.unit)
    if fact.name == "age_years":
        return Text(f"{value} 周岁", f"{value} years old")
    if unit:
        return Text(f"{fact.zh}：{value} {unit.zh}", f"{fact.en}: {value} {unit.en}")
    return Text(f"{fact.zh}：{value}", f"{fact.en}: {value}")


def _holder(reader: Reader, fact: Fact) -> Text | None:
    """Return the bureau that holds or could hold a fact."""
    code = fact.holder or (registry.source_name(fact.source)[2] if fact.source else "")
    return bureau_text(code, reader.day) if code else None


def _origin(reader: Reader, evidence: Evidence) -> Text:
    fact, newest = evidence.fact, reader.profile.newest
    holder = _holder(reader, fact)
    if evidence.value is None and owed.is_hidden(fact, reader.domains) and holder:
        return Text(f"由{holder.zh}掌握，您的岗位看不到", f"kept by the {holder.en}, not shown to this post")
    if fact.name in FROM_NUMBER and evidence.value is not None and "id_number" in reader.profile.values:
        return Text("证件号码", "ID number")
    told_by = _told_by(fact, newest)
    if told_by and evidence.value is not None:
        name = source_text(told_by)
        return Text(f"{name.zh}，{day_text(newest[told_by]).zh}", f"{name.en}, {day_text(newest[told_by]).en}")
    if fact.source and evidence.value is not None:
        name = source_text(fact.source)
        return Text(f"{name.zh}里没有此人", f"not in the {name.en}")
    if told_by:
        name = source_text(told_by)
        return Text(f"{name.zh}没有写明", f"the {name.en} does not say")
    if fact.source:
        name = source_text(fact.source)
        return Text(f"没有收到{name.zh}的资料", f"nothing has come in from the {name.en}")
    if holder:
        return Text(f"没有收到资料，可问{holder.zh}", f"nothing has come in; the {holder.en} can tell")
    return Text("没有收到资料", "nothing has come in")


def _told_by(fact: Fact, newest: Mapping[str, date]) -> str:
    """Return the source that speaks of a fact; a stay may be told by whoever met the person first."""
    sources = STAY_SOURCES if fact.source == "police" else (fact.source,)
    return next((source for source in sources if source in newest), "")


def _changes(reader: Reader, explanation: Explanation, met_from: Mapping[str, date]) -> Iterable[Change]:
    for condition in explanation.unmet:
        first = met_from.get(condition.condition.name)
        label = condition.label
        if first:
            yield Change(
                Text(
                    f"情况不变的话，{first} 起满足“{label.zh}”", f"If nothing changes, “{label.en}” is met from {first}"
                )
            )
            continue
        needs = _needs(reader.law, condition)
        yield Change(Text(f"现在没有满足：{needs.zh}", f"Not met now: {needs.en}"))
    for fact in _open_facts(reader.law, explanation):
        yield Change(_to_settle(reader, fact))


def _needs(law: Law, condition: ExplainedCondition) -> Text:
    """Return what is missing: the named facts where each part is one, else the condition's own label."""
    facts = [law.facts[part] for part in condition.needs if part in law.facts]
    if not facts or len(facts) < len(condition.needs):
        return condition.label
    return Text("、".join(fact.zh for fact in facts), " and ".join(fact.en for fact in facts))


def _to_settle(reader: Reader, fact: Fact) -> Text:
    holder = _holder(reader, fact)
    if holder is None:
        return Text(f"查清：{fact.zh}", f"Settle: {fact.en}")
    if owed.is_hidden(fact, reader.domains):
        return Text(
            f"{fact.zh}：由{holder.zh}掌握，可请他们答复", f"{fact.en}: kept by the {holder.en}, who can answer"
        )
    return Text(
        f"查清“{fact.zh}”：{holder.zh}可以核对，不用本人交证明",
        f"Settle “{fact.en}”: the {holder.en} can check it; no paper is needed from the person",
    )


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
