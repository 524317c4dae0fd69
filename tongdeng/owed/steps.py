"""A law's schedules as tables: which steps there are, from which date each counts, and for whom it is meant."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tongdeng.owed.questions import Question
from tongdeng.rules.model import Condition, Law, Schedule, Span, Step, Version

STEP = (
    "step (s usmallint, place integer, base text, opens_months bigint, opens_days bigint, before_months bigint,"
    " before_days bigint, until_months bigint, until_days bigint, every_months bigint, every_days bigint,"
    " after_place integer, least_months bigint, least_days bigint, due_within bigint)"
)
_LONGEST_MONTH = 31


def steps_of(schedule: Schedule) -> tuple[Step, ...]:
    """Return the steps that make windows: of series to choose from those of the first, which the county gives.

    A step after another opens no earlier than that one and the least time between them.
    """
    spare = {series for row in schedule.choices for series in row[1:]}
    found: dict[str, Step] = {}
    for step in schedule.steps:
        if step.series in spare:
            continue
        if step.after and step.after[0] in found:
            earlier, least = found[step.after[0]], step.after[1]
            soonest = Span(earlier.opens.months + least.months, earlier.opens.days + least.days)
            if earlier.counted_from == step.counted_from and _length(soonest) > _length(step.opens):
                step = replace(step, opens=soonest)
        found[step.code] = step
    return tuple(found.values())


def schedule_of(law: Law, version: Version) -> Schedule | None:
    """Return the schedule that a version names, where there is one."""
    return law.schedules.get(version.schedule) if version.schedule else None


def rows(number: int, version: Version, schedule: Schedule) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the table of steps for a service."""
    steps = steps_of(schedule)
    places = {step.code: place for place, step in enumerate(steps)}
    nothing = (None, None)
    for place, step in enumerate(steps):
        after, least = step.after or ("", Span())
        yield (
            number, place, step.counted_from, *step.opens, *(step.before or nothing), *(step.until or nothing),
            *(step.every or Span()), places.get(after), *least, version.due_within,
        )  # fmt: skip


def only_questions(code: str, schedule: Schedule, days: int) -> dict[int, Question]:
    """Return, by place, the question for whom a step is meant, where it is not meant for all."""
    asked: dict[int, Condition | None] = {place: step.only for place, step in enumerate(steps_of(schedule))}
    return {place: Question(f"{code} {place}", ((days, (only,)),)) for place, only in asked.items() if only is not None}


def _length(span: Span) -> int:
    return span.months * _LONGEST_MONTH + span.days
