"""Numbers and lines in words, for every page of the hall."""

from tongdeng.hall import selectors as halls
from tongdeng.hall.types import Plan, Ticket
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models.hall import LineRow, NumberRow, WindowChoice
from tongdeng.sites.shell.hall_words import business_name, clock_time


def number_row(one: Ticket) -> NumberRow:
    """Return a number with how long it has waited until now."""
    minutes = int((clock.now() - one.waits_since).total_seconds() // 60)
    return NumberRow(
        id=one.id, label=one.label, business=business_name(one.business), is_priority=one.is_priority,
        window=one.window or one.wanted_window, since=one.waits_since, minutes=max(minutes, 0),
        appointment=clock_time(one.due_at), calls=one.calls,
    )  # fmt: skip


def line_rows(plan: Plan) -> tuple[LineRow, ...]:
    """Return how each kind of business of a hall stands now."""
    known = halls.businesses()
    return tuple(
        LineRow(one.business, kind.letter, kind.name, one.waiting, one.windows, one.minutes)
        for one in halls.lines(plan)
        if (kind := known[one.business])
    )


def window_choices(plan: Plan) -> tuple[WindowChoice, ...]:
    """Return the windows of a hall with what they take and whether somebody sits there."""
    staffed, every = halls.open_windows(plan.division), len(halls.served_here(plan))
    return tuple(
        WindowChoice(number, _kinds(kinds, is_all=len(kinds) == every), number in staffed)
        for number, kinds in plan.windows.items()
    )


def _kinds(kinds: tuple[str, ...], *, is_all: bool) -> Text:
    if is_all:
        return Text("全部业务", "all business")
    named = [business_name(code) for code in kinds]
    return Text("、".join(one.zh for one in named), "; ".join(one.en for one in named))
