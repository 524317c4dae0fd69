"""Fills the pages of the law: services by bureau, and one service with its versions, examples and facts."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings

from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.people import selectors as registry
from tongdeng.rules import changes, words
from tongdeng.rules import terms as said
from tongdeng.rules.engines import memory
from tongdeng.rules.model import Case, Fact, Law, Service, Value, Version
from tongdeng.rules.tree import facts_in
from tongdeng.sites.console.view_models.law import (
    CaseLine,
    ClauseLine,
    ConditionWords,
    FactLine,
    ServiceLine,
    ServicePage,
    VersionLine,
)

LATELY = timedelta(days=730)
EVERYONE = Text("人人可享", "Open to everyone")
NOT_IN_FORCE = "none"
ANSWERS = {
    "yes": Text("符合", "Yes"), "no": Text("不符合", "No"), "unknown": Text("情况不明", "Not known"),
    NOT_IN_FORCE: Text("当时没有这项服务", "Not in force that day"),
}  # fmt: skip
SEALED = Text(
    "卫生健康类事项：答案只在卫健系统内部计算，这里只有规定，没有人。",
    "A health service: answers stay inside the health seal; here are its rules, and nobody's answers.",
)


def terms() -> said.Terms:
    """Return the county's words for materials, fees and places of provision."""
    return said.terms(settings.TONGDENG_LAW)


def who(version: Version) -> Text:
    """Return whom a version is for: its conditions by their labels."""
    labels = [condition_label(one.label, one.name) for one in version.conditions]
    if not labels:
        return EVERYONE
    return Text("；".join(one.zh for one in labels), "; ".join(one.en for one in labels))


def condition_label(label: Text | None, name: str) -> Text:
    """Return a condition's label, in Chinese where nobody gave it in English; its name where there is none."""
    return Text(label.zh, label.en or label.zh) if label else Text(name, name)


def shown_version(service: Service, day: date) -> Version:
    """Return the version in force on a day, else the next one, else the last one that was."""
    now = service.version_on(day)
    coming = (version for version in service.versions if version.from_on > day)
    return now or next(coming, service.versions[-1])


def line(service: Service, day: date) -> ServiceLine:
    """Return one service for the list."""
    version = shown_version(service, day)
    first = version.basis[0].text if version.basis else Text("没有写明", "not stated")
    more = len(version.basis) - 1
    return ServiceLine(
        code=service.code, name=service.name, url=f"/law/{service.code}/", who=who(version),
        rhythm=said.rhythm(version),
        basis=Text(f"{first.zh}等 {more + 1} 条", f"{first.en or first.zh} and {more} more") if more > 0 else first,
        is_checked=all(clause.checked for clause in version.basis) and bool(version.basis),
        from_on=version.from_on, until=version.until, mark=_news(service, day),
    )  # fmt: skip


def _news(service: Service, day: date) -> Text | None:
    coming = next((version for version in service.versions if version.from_on > day), None)
    if coming:
        return Text(f"{coming.from_on} 起有新规定", f"new rules from {coming.from_on}")
    now = service.version_on(day)
    if now is None:
        return Text("现在没有生效的规定", "no rules in force now")
    return Text("近两年改过", "changed in the last two years") if is_recent(service, day) else None


def is_recent(service: Service, day: date) -> bool:
    """Tell whether a service's rules changed within two years, or are about to."""
    return any(version.from_on > day - LATELY for version in service.versions)


def page(law: Law, service: Service, version: Version, day: date, base: str) -> ServicePage:
    """Return a service's page; `base` is the address its versions are shown at."""
    facts = law.facts
    return ServicePage(
        code=service.code, name=service.name, bureau=Text(*org.bureau_names(day).get(service.bureau, ("", ""))),
        file=service.file, sealed=SEALED if service.extra.get("seal") == "care" else None,
        versions=tuple(_timeline(law, service, version, day, base)), shown=days(version),
        conditions=tuple(
            ConditionWords(condition_label(one.label, one.name), words.condition(one.tree, facts), one.text)
            for one in version.conditions
        ),
        terms=tuple(_terms(version)), occasion=version.occasion, note=version.note,
        basis=tuple(ClauseLine(one.text, one.checked, one.url) for one in version.basis),
        facts=tuple(fact_line(facts[name], day) for name in _read_by(version)),
        cases=tuple(_case(case, service, law) for case in law.cases if case.service == service.code),
    )  # fmt: skip


def days(version: Version) -> Text:
    """Return the days a version covers."""
    if version.until is None:
        return Text(f"{version.from_on} 起", f"from {version.from_on}")
    return Text(f"{version.from_on} 至 {version.until}", f"{version.from_on} to {version.until}")


def _read_by(version: Version) -> Iterable[str]:
    return dict.fromkeys(name for condition in version.conditions for name in facts_in(condition.tree))


def _timeline(law: Law, service: Service, shown: Version, day: date, base: str) -> Iterable[VersionLine]:
    words_of = terms()
    for at, version in reversed(list(enumerate(service.versions))):
        before = service.versions[at - 1] if at else None
        if version.covers(day):
            state = Text("现行", "in force")
        else:
            state = Text("还没生效", "to come") if version.from_on > day else Text("已失效", "past")
        yield VersionLine(
            title=days(version), url=f"{base}?from={version.from_on}", state=state, is_shown=version is shown,
            is_now=version.covers(day), is_first=before is None,
            changes=changes.between(before, version, law.facts, words_of) if before else (),
        )  # fmt: skip


def _terms(version: Version) -> Iterable[tuple[Text, Text]]:
    words_of, none = terms(), Text("没有规定", "not set")
    yield Text("多久一次", "How often"), said.rhythm(version)
    yield Text("在哪里提供", "Where it is given"), said.named(version.provision, words_of.provisions)
    yield Text("承诺时限", "Promised"), said.limit(version.promised) or none
    yield Text("法定时限", "By law"), said.limit(version.statutory) or none
    yield Text("费用", "Fee"), said.named(version.fee, words_of.fees)
    named = [said.named(code, words_of.materials) for code in version.materials]
    yield Text("材料", "Papers"), Text.listed(named) if named else Text("不用交材料", "none")
    if version.without_application:
        rests = version.without_application.text
        english = rests.en or rests.zh
        yield Text("不用申请", "Unasked"), Text(f"会主动告知（{rests.zh}）", f"proposed of our own accord ({english})")


def fact_line(fact: Fact, day: date) -> FactLine:
    """Return a fact with the roll that gives it, or the bureau that could."""
    label = Text(fact.zh, fact.en or fact.name)
    names = org.bureau_names(day)
    if fact.source:
        zh, en, bureau = registry.source_name(fact.source)
        keeper = names.get(bureau, (bureau, bureau))
        return FactLine(fact.name, label, Text(f"{keeper[0]}：{zh}", f"{keeper[1]}: {en}"))
    if fact.holder:
        keeper = names.get(fact.holder, (fact.holder, fact.holder))
        asked = Text(f"{keeper[0]}掌握，没有名册", f"kept by the {keeper[1]}; no roll brings it")
        return FactLine(fact.name, label, asked, is_open=True)
    return FactLine(fact.name, label, Text("没有部门提供", "nobody supplies it"), is_open=True)


def value_words(fact: Fact, value: Value) -> Text:
    """Return a fact with a value, as an example states it."""
    name = Text(fact.zh, fact.en or fact.name)
    if value is None:
        shown = Text("不知道", "not known")
    elif isinstance(value, bool):
        shown = Text("是", "yes") if value else Text("否", "no")
    else:
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        shown = fact.value_labels.get(text) or Text(text, text)
    return Text(f"{name.zh}：{shown.zh}", f"{name.en}: {shown.en}")


def answer_words(answer: str, unmet: Iterable[str], unknown: Iterable[str], version: Version | None) -> Text:
    """Return an answer with the conditions that are not met, or that nobody can judge."""
    labels = {one.name: condition_label(one.label, one.name) for one in version.conditions} if version else {}
    head = ANSWERS.get(answer, Text(answer, answer))
    zh, en = [head.zh], [head.en]
    for names, what in ((unmet, Text("没有满足", "not met")), (unknown, Text("不明", "not known"))):
        told = [labels.get(name, Text(name, name)) for name in names]
        if told:
            zh.append(f"{what.zh}：{'、'.join(one.zh for one in told)}")
            en.append(f"{what.en}: {', '.join(one.en for one in told)}")
    return Text("；".join(zh), "; ".join(en))


def _case(case: Case, service: Service, law: Law) -> CaseLine:
    version = service.version_on(case.as_of)
    answer, unmet, unknown = NOT_IN_FORCE, (), ()
    if version:
        found = memory.answer(version, case.given, case.as_of)
        answer, unmet, unknown = found.answer.value, found.unmet, found.unknown
    matches = ((case.unmet, unmet), (case.unknown, unknown))
    holds = case.answer == answer and all(want is None or sorted(want) == sorted(got) for want, got in matches)
    return CaseLine(
        name=case.name, as_of=case.as_of,
        given=tuple(value_words(law.facts[name], value) for name, value in case.given.items()),
        expected=answer_words(case.answer, case.unmet or (), case.unknown or (), version),
        answered=answer_words(answer, unmet, unknown, version), holds=holds,
    )  # fmt: skip
