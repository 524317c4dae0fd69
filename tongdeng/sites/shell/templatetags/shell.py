"""Words in two languages, numbers and dates as people read them, and marks."""

import calendar
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import PlaceNode
from tongdeng.sites.shell.marks import MARKS

register = template.Library()
WEEKDAYS_ZH = "一二三四五六日"
MONTHS_EN = list(calendar.month_name)
SMALLEST_SHOWN = 5


def language() -> str:
    """Return `en` when the reader chose English, else `zh`."""
    return "en" if (get_language() or "").startswith("en") else "zh"


@register.simple_tag
def t(zh: str, en: str, **values: Any) -> SafeString:
    """Say one sentence in the reader's language; `{name}` in it takes an escaped value.

    Both texts stand side by side in the template, so neither can be forgotten. They may hold markup.
    """
    text = en if language() == "en" else zh
    return format_html(text, **{name: say(value) for name, value in values.items()}) if values else mark_safe(text)  # noqa: S308


@register.simple_tag
def page_language() -> str:
    """Return the value of `<html lang>`, by which browsers choose the shapes of characters."""
    return "en" if language() == "en" else "zh-CN"


@register.simple_tag
def place_tree(nodes: Iterable[PlaceNode]) -> SafeString:
    """Return the place switcher's list: hundreds of places on every page, for which a template would take long."""
    return mark_safe(_level(nodes))  # noqa: S308  every value is escaped below


def _level(nodes: Iterable[PlaceNode]) -> str:
    return f"<ul>{''.join(map(_place, nodes))}</ul>"


def _place(node: PlaceNode) -> str:
    current = ' aria-current="true"' if node.is_current else ""
    below = _level(node.children) if node.children else ""
    return f'<li><a href="{escape(node.url)}"{current}>{escape(node.name)}</a>{below}</li>'


@register.filter
def say(text: Any) -> Any:
    """Return a Text in the reader's language, and anything else as it is."""
    return text.say(language()) if isinstance(text, Text) else text


@register.filter
def count(number: int | None) -> str:
    """`53333` gives `53,333`; None gives `n/a`."""
    return "n/a" if number is None else f"{number:,}"


@register.filter
def small(number: int | None) -> str:
    """As `count`, but `<5` for anything under 5: for figures that leave the bureau."""
    return f"<{SMALLEST_SHOWN}" if number is not None and number < SMALLEST_SHOWN else count(number)


@register.filter
def percent(share: float | None) -> str:
    """`0.9131` gives `91.3`, without the sign; None, a zero denominator, gives `n/a`."""
    return "n/a" if share is None else f"{share * 100:.1f}"


@register.filter
def percent_sign(share: float | None) -> str:
    """`0.9131` gives `91.3%`; None gives `n/a`."""
    return "n/a" if share is None else f"{share * 100:.1f}%"


@register.filter
def goal(share: float | None) -> str:
    """A target, which is a round number: `0.95` gives `95%`, `0.965` gives `96.5%`."""
    return "" if share is None else f"{share * 100:.1f}".removesuffix(".0") + "%"


@register.filter
def points(share: float | None) -> str:
    """A difference in percentage points with its sign: `-0.226` gives `−22.6`."""
    return "n/a" if share is None else f"{share * 100:+.1f}".replace("-", "−")


@register.filter
def iso(day: date | None) -> str:
    """`2026-11-24`, for tables."""
    return day.strftime("%Y-%m-%d") if day else ""


@register.filter
def short(day: date | None) -> str:
    """`11-24`, for columns of dates that are near; of another year `2023-12-18`."""
    if not day:
        return ""
    return day.strftime("%m-%d") if day.year == clock.today().year else iso(day)


@register.filter
def day(value: date | None) -> str:
    """`11月24日` or `24 November`; of another year `2023年12月18日` or `18 December 2023`."""
    if not value:
        return ""
    return _bare_day(value) if value.year == clock.today().year else full_day(value)


def _bare_day(value: date) -> str:
    return f"{value.day} {MONTHS_EN[value.month]}" if language() == "en" else f"{value.month}月{value.day}日"


@register.filter
def weekday(value: date | None) -> str:
    """`11月24日 周二` or `Tuesday 24 November`, for promises."""
    if not value:
        return ""
    return f"{value:%A} {day(value)}" if language() == "en" else f"{day(value)} 周{WEEKDAYS_ZH[value.weekday()]}"


@register.filter
def full_day(value: date | None) -> str:
    """`2026年11月24日` or `24 November 2026`."""
    if not value:
        return ""
    return f"{_bare_day(value)} {value.year}" if language() == "en" else f"{value.year}年{_bare_day(value)}"


@register.filter
def moment(at: datetime | None) -> str:
    """`11月23日 06:00` or `23 November 06:00`, in local time."""
    if not at:
        return ""
    at = timezone.localtime(at) if timezone.is_aware(at) else at
    return f"{day(at)} {at:%H:%M}"


@register.simple_tag
def mark(name: str, size: str = "") -> SafeString:
    """Draw a mark; `size="small"` in running text. A word must stand beside it."""
    found = MARKS[name]
    classes = " ".join(part for part in ("m", "m-s" if size == "small" else "", found.tint) if part)
    return format_html('<svg class="{}" aria-hidden="true"><use href="#m-{}"/></svg>', classes, found.symbol)


@register.filter
def word(name: str) -> str:
    """Return the word of a state or signal, in the reader's language."""
    return MARKS[name].word.say(language())


@register.simple_tag
def state(name: str, text: Any = None) -> SafeString:
    """A label of one state: its mark, then its own word or the given text."""
    words = say(text) if text else word(name)
    ground = f"state {MARKS[name].ground}".strip()
    return format_html('<span class="{}">{} {}</span>', ground, mark(name, "small"), words)


@register.filter
def sex(code: str | None) -> str:
    """`女` or `F`; empty when it is not known."""
    pairs = {"male": Text("男", "M"), "female": Text("女", "F")}
    return pairs[code].say(language()) if code in pairs else ""


@register.filter
def fault_of(faults: Any, field: str) -> Any:
    """Return the fault of one field of a form, or None."""
    return next((fault for fault in faults or () if fault.field == field), None)
