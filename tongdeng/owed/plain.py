"""An explanation in sentences that a resident understands: what is so, who says so, and what would change it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.owed.explain import Ahead, Known, is_hidden
from tongdeng.people import selectors as registry
from tongdeng.rules import words
from tongdeng.rules.explain import Evidence, ExplainedCondition, Explanation
from tongdeng.rules.model import Clause, Fact, Law, Value, Verdict, Version

UNITS = {"years": Text("周岁", "years"), "months": Text("个月", "months"), "days": Text("天", "days")}
FROM_BIRTH = frozenset({"born_on", "age_years", "age_months", "age_days", "school_entry_on"})
FROM_NUMBER = FROM_BIRTH | {"sex"}
STAY_SOURCES = ("police", "form", "housing")


@dataclass(frozen=True)
class Teller:
    """What the words depend on: the law, what the reader's post may see, and which sources speak of the person."""

    law: Law
    domains: str
    newest: Mapping[str, date]  # source -> newest record about the person that the reader may see
    has_number: bool
    bureaus: Mapping[str, tuple[str, str]]

    def bureau(self, code: str) -> Text:
        """Return a bureau's name."""
        return Text(*self.bureaus.get(code, (code, code)))


@dataclass(frozen=True)
class Holder:
    """A fact that would settle an unknown. `bureau` is who holds it, or "": nobody does, and the person is asked."""

    fact: Fact
    bureau: str
    has_record: bool
    said: Text


def teller(known: Known, day: date, newest: Mapping[str, date], *, has_number: bool) -> Teller:
    """Return what tells of one person on a day; `newest` as the reader sees the records."""
    return Teller(known.law, known.domains, newest, has_number, org.bureau_names(day))


def day_text(day: date) -> Text:
    """Return `1992年4月12日` or `12 April 1992`."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B} {day.year}")


def value_text(fact: Fact, value: Value) -> Text:
    """Return a fact with its value, with units and with dates written out."""
    if value is None:
        return Text(f"{fact.zh}：不知道", f"{fact.en}: not known")
    if isinstance(value, bool):
        return Text(f"{fact.zh}：{'是' if value else '否'}", f"{fact.en}: {'yes' if value else 'no'}")
    if isinstance(value, date):
        said = day_text(value)
        return Text(f"{fact.zh}：{said.zh}", f"{fact.en}: {said.en}")
    label = fact.value_labels.get(str(value))
    if label:
        return Text(f"{fact.zh}：{label.zh}", f"{fact.en}: {label.en}")
    if fact.name == "age_years":
        return Text(f"{value} 周岁", f"{value} years old")
    unit = UNITS.get(fact.unit)
    if unit:
        one = unit.en.removesuffix("s") if value == 1 else unit.en
        return Text(f"{fact.zh}：{value} {unit.zh}", f"{fact.en}: {value} {one}")
    return Text(f"{fact.zh}：{value}", f"{fact.en}: {value}")


def used(teller: Teller, condition: ExplainedCondition) -> Text:
    """Return the values a condition used, each group of them with where it comes from."""
    told: dict[Text, list[Text]] = {}
    for evidence in condition.evidence:
        told.setdefault(origin(teller, evidence), []).append(value_text(evidence.fact, evidence.value))
    zh = [f"{'；'.join(v.zh for v in values)}（{said.zh}）" for said, values in told.items()]
    en = [f"{'; '.join(v.en for v in values)} ({said.en})" for said, values in told.items()]
    return Text("；".join(zh), "; ".join(en))


def origin(teller: Teller, evidence: Evidence) -> Text:
    """Return who says a value and as of which day, or why nobody does."""
    fact, is_known = evidence.fact, evidence.value is not None
    bureau = _bureau_of(fact)
    holder = teller.bureau(bureau) if bureau else None
    if holder and is_hidden(fact, teller.domains):
        return Text(f"由{holder.zh}掌握，您的岗位看不到", f"kept by the {holder.en}, not shown to this post")
    if fact.name in FROM_NUMBER and is_known and teller.has_number:
        return Text("证件号码", "ID number")
    source = told_by(fact, teller.newest)
    if source:
        name, on = source_text(source), day_text(teller.newest[source])
        if is_known:
            return Text(f"{name.zh}，{on.zh}", f"{name.en}, {on.en}")
        return Text(f"{name.zh}没有写明", f"the {name.en} does not say")
    if fact.source:
        name = source_text(fact.source)
        if is_known:
            return Text(f"{name.zh}里没有此人", f"not in the {name.en}")
        return Text(f"没有收到{name.zh}的资料", f"nothing has come in from the {name.en}")
    if holder:
        return Text(f"没有收到资料，可问{holder.zh}", f"nothing has come in; the {holder.en} can tell")
    return Text("没有收到资料", "nothing has come in")


def source_text(source: str) -> Text:
    """Return what a source is called."""
    zh, en, _ = registry.source_name(source)
    return Text(zh, en)


def told_by(fact: Fact, newest: Mapping[str, date]) -> str:
    """Return the source that speaks of a fact; a stay may be told by whoever met the person first."""
    sources = STAY_SOURCES if fact.source == "police" else (fact.source,)
    return next((source for source in sources if source in newest), "")


def _bureau_of(fact: Fact) -> str:
    """Return the bureau that holds or could hold a fact."""
    return fact.holder or (registry.source_name(fact.source)[2] if fact.source else "")


def changes(teller: Teller, explanation: Explanation, ahead: Ahead) -> Iterable[Text]:
    """Yield what would have to change for the answer to be yes: all of it, and no more than that."""
    if ahead.yes_from:
        on = day_text(ahead.yes_from)
        yield Text(f"情况不变的话，{on.zh}起符合全部条件", f"If nothing changes, all conditions are met from {on.en}")
    for condition in explanation.unmet:
        first, label = ahead.met_from.get(condition.condition.name), condition.label
        if first is None:
            need = needed(teller.law, condition)
            yield Text(f"要满足“{label.zh}”，需要：{need.zh}", f"To meet “{label.en}”, what is needed: {need.en}")
        elif first != ahead.yes_from:
            on = day_text(first)
            yield Text(
                f"情况不变的话，{on.zh}起满足“{label.zh}”", f"If nothing changes, “{label.en}” is met from {on.en}"
            )


def needed(law: Law, condition: ExplainedCondition) -> Text:
    """Return the parts of an unmet condition that would have to be so, in words; its label where none can change."""
    parts = [words.condition(node, law.facts) for node in condition.needed]
    if not parts:
        return condition.label
    return Text("，并且".join(part.zh for part in parts), ", and ".join(part.en for part in parts))


def open_facts(law: Law, explanation: Explanation) -> list[Fact]:
    """Return the facts that would settle an unknown answer, each once. Nobody states an age, but a date of birth."""
    open_ones = [e.fact for c in explanation.unknown for e in c.evidence if e.fact.name in c.settled_by]
    asked = [law.facts["born_on"] if fact.name in FROM_BIRTH and "born_on" in law.facts else fact for fact in open_ones]
    return list({fact.name: fact for fact in asked}.values())


def holders(teller: Teller, explanation: Explanation) -> list[Holder]:
    """Return who holds what would settle the unknown, so that the person is not asked for it again."""
    return [_holder(teller, fact) for fact in open_facts(teller.law, explanation)]


def _holder(teller: Teller, fact: Fact) -> Holder:
    bureau = _bureau_of(fact)
    if not bureau:
        said = Text(f"“{fact.zh}”没有部门登记：请直接问本人", f"No office records “{fact.en}”: ask the person")
        return Holder(fact, "", False, said)
    name = teller.bureau(bureau)
    ask = Text(f"请{name.zh}核对，不要向本人要证明", f"ask the {name.en}, and no paper of the person")
    if is_hidden(fact, teller.domains):
        # The same words whether or not there is a record: which it is, this reader may not learn.
        said = Text(f"“{fact.zh}”由{name.zh}掌握：{ask.zh}", f"The {name.en} keeps “{fact.en}”: {ask.en}")
        return Holder(fact, bureau, False, said)
    source = told_by(fact, teller.newest)
    if source:
        roll, on = source_text(source), day_text(teller.newest[source])
        said = Text(
            f"{name.zh}已有此人的登记（{roll.zh}，{on.zh}），没有写明“{fact.zh}”：{ask.zh}",
            f"The {name.en} has a record of the person ({roll.en}, {on.en}) that does not say “{fact.en}”: {ask.en}",
        )
        return Holder(fact, bureau, True, said)
    said = Text(f"“{fact.zh}”由{name.zh}登记：{ask.zh}", f"The {name.en} records “{fact.en}”: {ask.en}")
    return Holder(fact, bureau, False, said)


def verdict(explanation: Explanation) -> Text:
    """Return the answer as one sentence."""
    day, name = day_text(explanation.as_of), explanation.service.name
    match explanation.answer.answer:
        case Verdict.YES:
            return Text(f"按{day.zh}的规定和资料，符合“{name.zh}”的条件。",
                        f"By the rules and records of {day.en}, the conditions of “{name.en}” are met.")  # fmt: skip
        case Verdict.NO:
            n = len(explanation.unmet)
            return Text(f"按{day.zh}的规定和资料，现在不符合“{name.zh}”的条件：有 {n} 项没有满足。",
                        f"By the rules and records of {day.en}, the conditions of “{name.en}” are not met now:"
                        f" {n} {'is' if n == 1 else 'are'} missing.")  # fmt: skip
    n = len(explanation.unknown)
    return Text(f"“{name.zh}”现在还不能判断：有 {n} 项情况不清楚。这不是拒绝。",
                f"“{name.en}” cannot be judged yet: {n} thing{'s are' if n > 1 else ' is'} not known."
                " This is not a refusal.")  # fmt: skip


def clause_text(clause: Clause) -> Text:
    """Return a clause, with a remark where its primary text was not read."""
    zh, en = clause.text.zh, clause.text.en or clause.text.zh
    return Text(zh, en) if clause.checked else Text(f"{zh}（原文待核对）", f"{en} (text still to be checked)")


def version_text(version: Version) -> Text:
    """Return from when until when the rules hold."""
    start = day_text(version.from_on)
    if version.until is None:
        return Text(f"{start.zh}起施行", f"in force since {start.en}")
    end = day_text(version.until)
    return Text(f"{start.zh}至{end.zh}施行", f"in force from {start.en} to {end.en}")
