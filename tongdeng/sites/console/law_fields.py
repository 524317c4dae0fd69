"""What was typed into the editor's forms, and the choices they offer."""

import re
from collections.abc import Iterable, Mapping

from django.http import QueryDict

from tongdeng.kernel.errors import Text
from tongdeng.rules import terms as said
from tongdeng.rules.edit_service import BasisRow, ConditionRow, VersionForm
from tongdeng.rules.lexer import FUNCTIONS, KEYWORDS
from tongdeng.rules.model import Fact, FactType, Law, Rhythm
from tongdeng.sites.shell.frame import Choice
from tongdeng.sites.shell.typed import whole

MOST_ROWS = 60
NOTHING = Text("没有规定", "not set")
DAYS = {"working": Text("工作日", "working days"), "calendar": Text("天（自然日）", "calendar days")}
PLAIN = (
    "name_zh", "name_en", "from_on", "until", "provision", "rhythm", "due_within", "fee", "statutory_days",
    "statutory_kind", "promised_days", "promised_kind", "note_zh", "note_en", "occasion_zh", "occasion_en",
    "opens_from", "done_when", "anniversary_of", "before_months", "before_days",
)  # fmt: skip


def line_of(post: QueryDict, key: str) -> str:
    """Return a field on one line."""
    return " ".join(post.get(key, "").split())


def typed(post: QueryDict) -> VersionForm:
    """Return the form as it was sent; rows that were ticked away or left empty are gone."""
    return VersionForm(
        **{name: line_of(post, name) for name in PLAIN}, materials=tuple(_materials(post)),
        conditions=named(_conditions(post)), basis=tuple(_basis(post)),
    )  # fmt: skip


def _numbers(post: QueryDict, kind: str) -> Iterable[int]:
    found = {int(key) for key in re.findall(rf"^{kind}-(\d{{1,3}})-", "\n".join(post), re.MULTILINE)}
    return [number for number in sorted(found)[:MOST_ROWS] if f"{kind}-{number}-drop" not in post]


def _conditions(post: QueryDict) -> Iterable[ConditionRow]:
    rows = []
    for number in _numbers(post, "condition"):
        get = {part: line_of(post, f"condition-{number}-{part}") for part in ("was", "name", "zh", "en", "text")}
        if get["text"] or get["name"] or get["zh"] or get["en"]:
            place = whole(line_of(post, f"condition-{number}-place"))
            rows.append((10 * (number + 1) if place is None else place, ConditionRow(**get)))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def named(rows: Iterable[ConditionRow]) -> tuple[ConditionRow, ...]:
    """Return conditions that all have a name: one left out is made of the first fact the condition reads."""
    taken, found = set(), []
    for row in rows:
        name = row.name
        if not name:
            words = [word for word in re.findall("[a-z_][a-z0-9_]*", row.text) if word not in KEYWORDS | {*FUNCTIONS}]
            stem = words[0] if words else "condition"
            name = next(one for one in (stem, *(f"{stem}_{n}" for n in range(2, 99))) if one not in taken)
        taken.add(name)
        found.append(ConditionRow(row.was, name, row.zh, row.en, row.text))
    return tuple(found)


def _basis(post: QueryDict) -> Iterable[BasisRow]:
    for number in _numbers(post, "basis"):
        was, zh, en, url = (line_of(post, f"basis-{number}-{part}") for part in ("was", "zh", "en", "url"))
        if zh or en or url:
            checked = f"basis-{number}-checked" in post
            yield BasisRow(whole(was), zh, en, checked, url)


def _materials(post: QueryDict) -> Iterable[str]:
    order = line_of(post, "materials-were").split()
    chosen = dict.fromkeys(post.getlist("materials"))
    # What stood there keeps its order; what was added comes after it.
    yield from (code for code in order if code in chosen)
    yield from (code for code in chosen if code not in order)


def choices(words: Mapping[str, Text], chosen: str, *, empty: Text | None = None) -> tuple[Choice, ...]:
    """Return the options of a list; what is chosen and nobody named stands there as it is written."""
    found = [Choice("", empty, not chosen)] if empty else []
    found += [Choice(code, text, code == chosen) for code, text in words.items()]
    if chosen and chosen not in words:
        found.append(Choice(chosen, chosen, is_chosen=True))
    return tuple(found)


def rhythms(law: Law, chosen: str) -> tuple[Choice, ...]:
    """Return how often a service can be due, the law's schedules among them."""
    words = {one.value: text for one, text in said.RHYTHMS.items() if one is not Rhythm.SCHEDULE}
    for name, schedule in law.schedules.items():
        words[f"schedule:{name}"] = Text(f"按日程：{schedule.title.zh}", f"Schedule: {schedule.title.en}")
    return choices(words, chosen, empty=Text("一次（没有写）", "once (not written)"))


def days(facts: Mapping[str, Fact], chosen: str) -> tuple[Choice, ...]:
    """Return the facts that are days, for what counts from one."""
    words = {fact.name: Text(fact.zh, fact.en or fact.name) for fact in facts.values() if fact.type is FactType.DATE}
    return choices(words, chosen, empty=NOTHING)


def materials(words: Mapping[str, Text], chosen: tuple[str, ...]) -> tuple[Choice, ...]:
    """Return the papers as ticks, those asked for first."""
    unknown = {code: Text(code, code) for code in chosen if code not in words}
    every = {**{code: words.get(code) or unknown[code] for code in chosen}, **words}
    return tuple(Choice(code, text, code in chosen) for code, text in every.items())


def offered(facts: Mapping[str, Fact]) -> Iterable[Fact]:
    """Return the facts a condition may speak of, by their Chinese labels' order in the vocabulary."""
    return facts.values()
