"""One version of a service as a form, and the form back into its file: only what was changed changes in the text."""

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules import roundtrip
from tongdeng.rules.roundtrip import flow, listed, put, put_both, shown

_ORDER = (
    "from", "until", "called", "note", "basis", "provision", "conditions", "labels", "occasion", "rhythm", "opens_from",
    "anniversary_of", "opens_before", "due_within", "done_when", "statutory", "promised", "fee", "materials",
)  # fmt: skip
_PLAIN = {
    "from": "from_on", "until": "until", "provision": "provision", "opens_from": "opens_from",
    "anniversary_of": "anniversary_of", "due_within": "due_within", "done_when": "done_when", "fee": "fee",
}  # fmt: skip
_TERMS = ("statutory", "promised")
_SAID = ("note", "occasion")  # texts in both languages
_AHEAD = ("months", "days")


@dataclass(frozen=True)
class ConditionRow:
    """A condition as the form shows it. `was` is its name in the file, empty for a new one."""

    was: str = ""
    name: str = ""
    zh: str = ""
    en: str = ""
    text: str = ""


@dataclass(frozen=True)
class BasisRow:
    """A clause as the form shows it. `was` is its place in the file's list, None for a new one."""

    was: int | None = None
    zh: str = ""
    en: str = ""
    checked: bool = False
    url: str = ""


@dataclass(frozen=True)
class VersionForm:
    """Everything of one version that the form can change, as text; what it does not know stays as it is."""

    name_zh: str = ""
    name_en: str = ""
    from_on: str = ""
    until: str = ""
    provision: str = ""
    rhythm: str = ""  # a rhythm's word, or `schedule:NAME`
    due_within: str = ""
    fee: str = ""
    statutory_days: str = ""
    statutory_kind: str = ""
    promised_days: str = ""
    promised_kind: str = ""
    materials: tuple[str, ...] = ()
    note_zh: str = ""
    note_en: str = ""
    occasion_zh: str = ""
    occasion_en: str = ""
    opens_from: str = ""
    done_when: str = ""
    anniversary_of: str = ""
    before_months: str = ""
    before_days: str = ""
    conditions: tuple[ConditionRow, ...] = ()
    basis: tuple[BasisRow, ...] = ()


def version_dates(text: str) -> tuple[str, ...]:
    """Return the first day of each version of a file, in its order."""
    return tuple(shown(version.get("from")) for version in _versions(roundtrip.read(text)))


def read_form(text: str, at: int) -> VersionForm:
    """Return one version of a service file as a form."""
    document = roundtrip.read(text)
    version = _versions(document)[at]
    name, ahead = _map(document.get("name")), _map(version.get("opens_before"))
    said = {key: _map(version.get(key)) for key in _SAID}
    terms = {key: _map(version.get(key)) for key in _TERMS}
    return VersionForm(
        name_zh=shown(name.get("zh")), name_en=shown(name.get("en")),
        **{field: shown(version.get(key)) for key, field in _PLAIN.items()},
        rhythm=_rhythm(version.get("rhythm")),
        **{f"{key}_{part}": shown(term.get(part)) for key, term in terms.items() for part in ("days", "kind")},
        materials=tuple(shown(one) for one in _list(version.get("materials"))),
        **{f"{key}_{lang}": shown(text.get(lang)) for key, text in said.items() for lang in ("zh", "en")},
        **{f"before_{unit}": shown(ahead.get(unit)) for unit in _AHEAD},
        conditions=_conditions(version), basis=_basis(version),
    )  # fmt: skip


def write_form(text: str, at: int, form: VersionForm) -> str:
    """Return the file with one version as the form has it."""
    was, document = read_form(text, at), roundtrip.read(text)
    version = _versions(document)[at]
    if (form.name_zh, form.name_en) != (was.name_zh, was.name_en):
        put_both(document, "name", form.name_zh, form.name_en, ("service", "name"))
    for key in _SAID:
        now, before = ((getattr(one, f"{key}_zh"), getattr(one, f"{key}_en")) for one in (form, was))
        if now != before:
            put_both(version, key, *now, _ORDER)
    for key, field in _PLAIN.items():
        if getattr(form, field) != getattr(was, field):
            put(version, key, roundtrip.scalar(getattr(form, field)), _ORDER)
    if form.rhythm != was.rhythm:
        kind, _, name = form.rhythm.partition(":")
        put(version, "rhythm", flow({"schedule": name}) if name else kind or None, _ORDER)
    _put_ahead(version, form, was)
    for key in _TERMS:
        _put_term(version, key, form, was)
    if form.materials != was.materials:
        put(version, "materials", listed(form.materials), _ORDER)
    if form.conditions != was.conditions:
        _put_conditions(version, form.conditions)
    if form.basis != was.basis:
        _put_basis(version, form.basis)
    return roundtrip.write(document, text)


def add_version(text: str, from_on: date) -> str:
    """Return the file with a version more: the last one again from a new day; the old one ends the day before."""
    document = roundtrip.read(text)
    versions = _versions(document)
    last = versions[-1]
    began = last.get("from")
    if not isinstance(began, date) or from_on <= began:
        fact = Text(f"新版本要晚于 {shown(began)} 开始", f"a new version begins after {shown(began)}")
        remedy = Text("请改一个更晚的日期", "Choose a later day")
        raise UnusableInput("rules.edit.version_too_early", fact, place="from", remedy=remedy)
    until = last.get("until")
    if isinstance(until, date) and until >= from_on:
        last["until"] = from_on - timedelta(days=1)
    added = deepcopy(last)
    added["from"] = from_on
    added.pop("until", None)
    versions.append(added)
    return roundtrip.write(document, text)


def drop_version(text: str, at: int) -> str:
    """Return the file without one version; the last one cannot go."""
    document = roundtrip.read(text)
    versions = _versions(document)
    if len(versions) == 1:
        fact = Text("事项至少要有一个版本", "a service has at least one version")
        remedy = Text("要停办，请填写截止日期", "To end the service, give its last day")
        raise UnusableInput("rules.edit.only_version", fact, remedy=remedy)
    del versions[at]
    return roundtrip.write(document, text)


def _versions(document: Any) -> Any:
    found = document.get("versions") if isinstance(document, CommentedMap) else None
    if not isinstance(found, CommentedSeq) or not found:
        fact = Text("这个文件里没有版本，不能用表单修改", "the file has no versions, so no form can change it")
        raise UnusableInput("rules.edit.no_versions", fact, remedy=Text("请在文本方式下改正", "Correct it as text"))
    return found


def _map(found: Any) -> Any:
    return found if isinstance(found, CommentedMap) else CommentedMap()


def _list(found: Any) -> Any:
    return found if isinstance(found, CommentedSeq) else CommentedSeq()


def _rhythm(found: Any) -> str:
    return f"schedule:{shown(found.get('schedule'))}" if isinstance(found, CommentedMap) else shown(found)


def _conditions(version: Any) -> tuple[ConditionRow, ...]:
    labels = _map(version.get("labels"))
    return tuple(
        ConditionRow(
            name, name, shown(_map(labels.get(name)).get("zh")), shown(_map(labels.get(name)).get("en")), shown(text)
        )
        for name, text in _map(version.get("conditions")).items()
    )


def _basis(version: Any) -> tuple[BasisRow, ...]:
    return tuple(
        BasisRow(at, shown(one.get("zh")), shown(one.get("en")), one.get("checked") is True, shown(one.get("url")))
        for at, one in enumerate(_map(each) for each in _list(version.get("basis")))
    )


def _put_ahead(version: Any, form: VersionForm, was: VersionForm) -> None:
    ahead, before = ({unit: getattr(one, f"before_{unit}") for unit in _AHEAD} for one in (form, was))
    if ahead != before:
        written = {unit: roundtrip.scalar(count) for unit, count in ahead.items() if count}
        put(version, "opens_before", flow(written) if written else None, _ORDER)


def _put_term(version: Any, key: str, form: VersionForm, was: VersionForm) -> None:
    days, kind = getattr(form, f"{key}_days"), getattr(form, f"{key}_kind") or "working"
    if (days, kind) == (getattr(was, f"{key}_days"), getattr(was, f"{key}_kind") or "working"):
        return
    put(version, key, flow({"days": roundtrip.scalar(days), "kind": kind}) if days else None, _ORDER)


def _put_conditions(version: Any, rows: tuple[ConditionRow, ...]) -> None:
    known, labels = _map(version.get("conditions")), _map(version.get("labels"))
    is_same = [row.name for row in rows] == list(known) == [row.was for row in rows]
    if is_same:
        for row in rows:
            if shown(known[row.name]) != row.text:
                known[row.name] = row.text
    else:
        known = _renamed(known, {row.name: (row.was, row.text) for row in rows}) if rows else flow({})
        put(version, "conditions", known, _ORDER)
        labels = _renamed(labels, {row.name: (row.was, None) for row in rows if row.was in labels})
    for row in rows:
        put_both(labels, row.name, row.zh, row.en)
    put(version, "labels", labels or None, _ORDER)


def _renamed(old: Any, rows: dict[str, tuple[str, str | None]]) -> CommentedMap:
    """Return a mapping with its rows renamed, in a new order, and each row's comment beside it still."""
    found = CommentedMap()
    for name, (was, text) in rows.items():
        kept = old.get(was)
        found[name] = kept if text is None or shown(kept) == text else text
        if was in old.ca.items:
            found.ca.items[name] = old.ca.items[was]
    return found


def _put_basis(version: Any, rows: tuple[BasisRow, ...]) -> None:
    known = _list(version.get("basis"))
    if [row.was for row in rows] != list(range(len(known))):
        kept = CommentedSeq(known[row.was] if row.was is not None else CommentedMap() for row in rows)
        for at, row in enumerate(rows):
            if row.was in known.ca.items:
                kept.ca.items[at] = known.ca.items[row.was]
        known = kept
        put(version, "basis", known, _ORDER)
    for at, row in enumerate(rows):
        clause = known[at]
        was = _basis(CommentedMap({"basis": known}))[at]
        if clause == {}:
            clause.fa.set_flow_style()
        if was == replace(row, was=at) and clause:
            continue
        keys = ("zh", "en", "checked", "url")
        for key in keys:
            value = getattr(row, key)
            if key == "checked":
                if value != getattr(was, key) or key not in clause:
                    put(clause, key, value, keys)
            elif value != getattr(was, key):
                put(clause, key, value or None, keys)
