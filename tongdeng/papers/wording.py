"""Pure: a template and what is known of a case make the words of a paper, in both languages."""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import TypeGuard

from tongdeng.kernel.errors import Text
from tongdeng.papers.errors import PaperIncomplete
from tongdeng.papers.templates import BLANK, Template
from tongdeng.papers.types import Part, Value, Wording

LONGEST, MOST_ITEMS = 2000, 40
MONTHS = list(calendar.month_name)


def worded(
    template: Template, said: Mapping[str, Value], *, number: str, code: str, applicant: str, organ: Text, on: date
) -> Wording:
    """Return the words of a paper. Raises PaperIncomplete where something is missing, unknown or far too long."""
    _check(template, said)
    given = {name: value for name, value in said.items() if value}
    blanks = {name: _as_text(value) for name, value in given.items() if not template.is_list(name)}
    blanks["applicant"] = Text(applicant, applicant)
    parts = []
    for line in template.body:
        if line.only_if and line.only_if not in given:
            continue
        if line.of and line.of not in given:
            continue
        items = tuple(_as_text(one) for one in _items(given[line.of])) if line.of else ()
        parts.append(Part(_filled(line.text, blanks), items, line.only_if or line.of or ""))
    return Wording(template.kind, template.title, number, code, applicant, organ, on, tuple(parts), template.basis)


def _check(template: Template, said: Mapping[str, Value]) -> None:
    for name in said.keys() - template.fields.keys():
        raise PaperIncomplete(template.kind, name, Text("模板里没有这一项", "the template knows no such field"))
    for name in template.fields:
        value = said.get(name)
        if template.is_required(name) and not value:
            raise PaperIncomplete(
                template.kind, name, Text("文书缺少法律要求写明的一项", "what the law wants on the paper is missing")
            )
        if not value:
            continue
        items = _items(value)
        if _is_list(value) != template.is_list(name) or len(items) > MOST_ITEMS or any(_is_unfit(it) for it in items):
            raise PaperIncomplete(template.kind, name, Text("这一项的内容不合适", "this field's content does not fit"))


def _is_list(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(value, list | tuple) and not isinstance(value, Text)


def _items(value: object) -> list[object]:
    return list(value) if _is_list(value) else [value]


def _is_unfit(item: object) -> bool:
    if isinstance(item, date):
        return False
    texts = [item] if isinstance(item, str) else list(item) if isinstance(item, Text) else [""]
    return any(not one.strip() or len(one) > LONGEST for one in texts)


def _as_text(value: object) -> Text:
    if isinstance(value, date):
        return Text(f"{value.year}年{value.month}月{value.day}日", f"{value.day} {MONTHS[value.month]} {value.year}")
    return value if isinstance(value, Text) else Text(str(value), str(value))


def _filled(text: Text, blanks: Mapping[str, Text]) -> Text:
    # One pass: braces in what somebody typed stay as they were typed.
    zh = BLANK.sub(lambda found: blanks[found[1]].zh, text.zh)
    en = BLANK.sub(lambda found: blanks[found[1]].en, text.en)
    return Text(zh, en)
