"""What one version of a service changes against another, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from tongdeng.kernel.errors import Text
from tongdeng.rules import terms as said
from tongdeng.rules import words
from tongdeng.rules.model import Condition, Fact, Law, Version

NONE = Text("无", "none")
OPEN_END = Text("没有截止", "open end")
EVERYONE = Text("人人可享", "everyone")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. None before: it is new; None after: it is gone."""

    what: Text
    before: Text | None
    after: Text | None


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """How a service differs between two laws: its versions that came, went or changed."""

    code: str
    name: Text
    versions: tuple[tuple[Text, tuple[Change, ...]], ...]  # heading of a version, and what changed in it


def between(before: Version, after: Version, facts: Mapping[str, Fact], terms: said.Terms) -> tuple[Change, ...]:
    """Return what the later version does otherwise: conditions first, then rhythm, times, fee, materials and basis."""
    told = _conditions(before, after, facts)
    if before.from_on == after.from_on and before.until != after.until:
        # Of two versions that follow each other the first always ends: only of one and the same this is news.
        told.append(Change(Text("最后一天", "Last day"), _until(before), _until(after)))
    for what, read in _POINTS:
        was, now = read(before, terms), read(after, terms)
        if was != now:
            told.append(Change(what, was, now))
    return tuple(told)


def _conditions(before: Version, after: Version, facts: Mapping[str, Fact]) -> list[Change]:
    old, new = ({one.name: one for one in version.conditions} for version in (before, after))
    told = []
    for name in [*old, *(name for name in new if name not in old)]:
        was, now = old.get(name), new.get(name)
        if was and now and was.tree == now.tree and was.label == now.label:
            continue
        head = _label(now or was or after.conditions[0])
        told.append(Change(
            Text(f"条件：{head.zh}", f"Condition: {head.en}"),
            words.condition(was.tree, facts) if was else None, words.condition(now.tree, facts) if now else None,
        ))  # fmt: skip
    return told


def _label(condition: Condition) -> Text:
    label = condition.label or Text(condition.name, condition.name)
    return Text(label.zh, label.en or label.zh)


def _until(version: Version) -> Text:
    return Text(str(version.until), str(version.until)) if version.until else OPEN_END


def _materials(version: Version, terms: said.Terms) -> Text:
    named = [said.named(code, terms.materials) for code in version.materials]
    return Text.listed(named) if named else NONE


def _basis(version: Version, terms: said.Terms) -> Text:
    zh = "；".join(clause.text.zh for clause in version.basis)
    return Text(zh, "; ".join(clause.text.en or clause.text.zh for clause in version.basis)) if zh else NONE


def _unasked(version: Version, terms: said.Terms) -> Text:
    return version.without_application.text if version.without_application else NONE


_POINTS = (
    (Text("在哪里提供", "Where it is given"), lambda version, terms: said.named(version.provision, terms.provisions)),
    (Text("多久一次", "How often"), lambda version, terms: said.rhythm(version)),
    (Text("承诺时限", "Promised"), lambda version, terms: said.limit(version.promised) or NONE),
    (Text("法定时限", "By law"), lambda version, terms: said.limit(version.statutory) or NONE),
    (Text("费用", "Fee"), lambda version, terms: said.named(version.fee, terms.fees)),
    (Text("材料", "Papers"), _materials),
    (Text("办理情形", "When"), lambda version, terms: version.occasion or NONE),
    (Text("不用申请就办", "Given without being asked"), _unasked),
    (Text("说明", "Note"), lambda version, terms: version.note or NONE),
    (Text("依据", "Basis"), _basis),
)


def between_laws(before: Law, after: Law, terms: said.Terms) -> tuple[ServiceChange, ...]:
    """Return the services that differ between two laws, version by version."""
    found = []
    for code in sorted({*before.services, *after.services}):
        old, new = before.services.get(code), after.services.get(code)
        if old == new:
            continue
        known = {version.from_on: version for version in old.versions} if old else {}
        coming = {version.from_on: version for version in new.versions} if new else {}
        told: list[tuple[Text, tuple[Change, ...]]] = []
        for day in sorted({*known, *coming}):
            if day not in coming:
                told.append((Text(f"{day} 起的版本不再有", f"The version from {day} is gone"), ()))
            elif day not in known:
                earlier = [one for one in coming.values() if one.from_on < day]
                what = between(earlier[-1], coming[day], after.facts, terms) if earlier else ()
                told.append((Text(f"新版本，{day} 起", f"New version from {day}"), what))
            elif what := between(known[day], coming[day], after.facts, terms):
                told.append((Text(f"{day} 起的版本", f"Version from {day}"), what))
        if old and new and old.name != new.name:
            told.insert(0, (Text("名称", "Name"), (Change(Text("名称", "Name"), old.name, new.name),)))
        shown = new or old
        if told and shown:
            found.append(ServiceChange(code, shown.name, tuple(told)))
    return tuple(found)
