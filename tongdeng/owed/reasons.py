"""A line's reason in a few words, from the law's own labels: why now, or what is missing."""

from datetime import date

from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.owed.windows import kind_of
from tongdeng.rules.model import Condition, Law, Rhythm, Version

# Whoever is in the list lives here; saying so on every line would hide what differs.
SELF_EVIDENT = frozenset({"living_here", "from_outside"})
MOST = 2


def _label(condition: Condition) -> Text:
    return condition.label or Text(condition.name, condition.name)


def _joined(parts: list[Text]) -> Text:
    return Text("，".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _day(day: date) -> Text:
    """Return a day in words, with its year where that is not this one."""
    zh, en = f"{day.month}月{day.day}日", f"{day.day} {day:%B}"
    return Text(zh, en) if day.year == clock.today().year else Text(f"{day.year}年{zh}", f"{en} {day.year}")


def _since_fact(law: Law, version: Version, opens_on: date) -> Text:
    fact = law.facts[version.opens_from]
    said = _day(opens_on)
    return Text(f"{fact.zh}：{said.zh}", f"{fact.en}: {said.en}")


def _period(version: Version, due_on: date) -> Text:
    if version.rhythm is Rhythm.YEARLY:
        return Text(f"{due_on.year} 年度", f"for {due_on.year}")
    if version.rhythm is Rhythm.QUARTERLY:
        quarter = (due_on.month + 2) // 3
        return Text(f"{due_on.year} 年第 {quarter} 季度", f"quarter {quarter} of {due_on.year}")
    return Text(f"{due_on.month} 月份", f"{due_on:%B}")


def why_now(service: str, opens_on: date, due_on: date) -> Text:
    """Return what opened a window: a date, a period, an anniversary, or the conditions that came to be met."""
    law = catalogue.law()
    version = law.services[service].version_on(opens_on) or law.services[service].versions[-1]
    kind = kind_of(version)
    if kind == "stream":
        return _since_fact(law, version, opens_on)
    if kind == "anniversary":
        said = _day(due_on)
        return Text(f"{said.zh}满周年", f"anniversary on {said.en}")
    if kind == "period":
        return _period(version, due_on)
    telling = [_label(one) for one in version.conditions if one.name not in SELF_EVIDENT]
    return _joined(telling[-MOST:])


def what_is_missing(service: str, missing: str, today: date) -> Text:
    """Return the labels of the conditions that nobody can answer yet."""
    version = catalogue.law().services[service].version_on(today)
    names = set(missing.split(";"))
    found = [_label(one) for one in version.conditions if one.name in names] if version else []
    return _joined(found) if found else NOTHING


def service_name(service: str) -> Text:
    """Return a service's name, or its code where the law no longer has it."""
    known = catalogue.law().services.get(service)
    return known.name if known else Text(service, service)
