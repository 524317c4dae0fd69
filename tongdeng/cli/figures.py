"""`determine` and `measures`."""

import time
from datetime import date
from typing import Annotated, Any

import typer

from tongdeng.access.selectors import acting
from tongdeng.access.types import DETERMINE, INTAKE, MEASURE
from tongdeng.audit.types import command
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, emit
from tongdeng.insight import actions, selectors
from tongdeng.insight.exports import intervals
from tongdeng.insight.types import Figure
from tongdeng.intake import actions as intake
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org.types import Level
from tongdeng.rules.engines.states import check_engine

AsOf = Annotated[str, typer.Option("--as-of", help="Day, YYYY-MM-DD; today if left out.")]


def read_day(text: str, place: str = "--as-of") -> date:
    """Return the day an option names, today for an empty one. Raises UnusableInput."""
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise UnusableInput(
            "cli.date.unreadable",
            Text(f"“{text}”不是日期", f"{text!r} is not a date"),
            place=place,
            remedy=Text("写成 2026-11-23", "write 2026-11-23"),
        ) from None


def determine(
    as_of: AsOf = "",
    engine: Annotated[str, typer.Option(help="Who judges: duckdb; memory, the plain reference; spark.")] = "duckdb",
    as_json: AsJson = False,
) -> None:
    """Determine everyone in the register and fill the figures."""
    check_engine(engine)
    installation.ensure_installed()
    begun = time.monotonic()
    totals = actions.refresh_everyone(as_of=read_day(as_of), by=command(DETERMINE), engine=engine)
    intake.measure_quality(on=clock.today(), by=command(INTAKE))
    emit({**vars(totals), "seconds": round(time.monotonic() - begun, 2)}, as_json)


def row(figure: Figure, law: str) -> dict[str, Any]:
    """Return a figure as a result row; `law` is the digest of the law by which it was counted."""
    return {
        "code": figure.code,
        "division": figure.division,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
        "target": figure.target,
        "interval": intervals.share(figure.numerator, figure.denominator),
        "as_of": figure.day.isoformat(),
        "law": law,
    }


def measures(
    as_of: AsOf = "",
    by: Annotated[str, typer.Option(help="county, town, community; several with commas.")] = "county",
    months: Annotated[bool, typer.Option(help="Every measured month of the year, not the day alone.")] = False,
    on_map: Annotated[str, typer.Option("--map", help="Divisions of this day, YYYY-MM-DD, instead of the day's.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print S1a, S1b, S1c and S9 with numerator, denominator, target and interval; health is not in them yet.

    With --map each row also has `map` and `exact`: false where a division was split and nobody can tell the parts
    apart from the counts alone; the divided place then keeps a row of its own.
    """
    installation.ensure_installed()
    day = read_day(as_of)
    try:
        levels = [Level(word.strip()) for word in by.split(",")]
    except ValueError:
        raise UnusableInput(
            "cli.level.unknown", Text(f"没有层级“{by}”", f"no level {by!r}"), place="--by",
            remedy=Text("可选 county、town、community", "choose among county, town, community"),
        ) from None  # fmt: skip
    if day not in selectors.measured_days(day) or selectors.is_stale():
        actions.refresh_everyone(as_of=day, by=command(DETERMINE))
    with acting(command(MEASURE)):
        days = [one for one in selectors.measured_days(day) if months or one == day]
        laws = selectors.law_of_days()
        asked = read_day(on_map, "--map") if on_map else None
        found = [
            row(f, laws.get(one, "")) | ({"map": asked.isoformat(), "exact": f.is_exact} if asked else {})
            for one in days
            for level in levels
            for f in selectors.figures(one, level, on_map=asked)
        ]
    emit(found, as_json)
