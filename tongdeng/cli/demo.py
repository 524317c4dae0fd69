"""`demo`: an invented county from nothing to the open page."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tongdeng.access import actions as access
from tongdeng.access.selectors import acting, installation_marks
from tongdeng.access.types import DETERMINE, INTAKE, MEASURE
from tongdeng.audit.types import command
from tongdeng.cli import demo_staff, installation, rolls, server
from tongdeng.cli.figures import AsOf, read_day, row
from tongdeng.cli.output import AsJson, Lang, emit, note
from tongdeng.insight import actions as insight
from tongdeng.insight import selectors as figures
from tongdeng.intake import actions as intake
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.owed.types import Totals
from tongdeng.people import selectors as registry
from tongdeng.synth import files

SOURCES = ("police", "hrss", "education", "housing", "deliveries", "residents-return")


class Steps:
    """How long each step took; said as it ends, and again in the table at the end."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.seconds: dict[str, float] = {}
        self.begun = time.monotonic()

    @contextmanager
    def step(self, name: str, text: Text) -> Iterator[None]:
        """Time a step."""
        begun = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begun, 2)
        note(Text(f"{text.zh}：{self.seconds[name]:.1f} 秒", f"{text.en}: {self.seconds[name]:.1f} s"), self.lang)

    def all(self) -> dict[str, float]:
        """Return the seconds of each step and of the whole."""
        return {**self.seconds, "total": round(time.monotonic() - self.begun, 2)}


def _refuse(code: str, fact: Text, remedy: Text) -> UnusableInput:
    return UnusableInput(code, fact, place="demo", remedy=remedy)


def _claim_database(wanted: dict[str, Any], reset: bool) -> bool:
    """Make sure that this database is the demo's; returns whether its people can be used again."""
    is_demo, marks = installation_marks()
    if reset and is_demo:
        access.drop_everything(by=command("install"))
        installation.install(installation.wanted_digest())
        is_demo, marks = False, {}
    if is_demo and marks != wanted:
        raise _refuse(
            "demo.other_county",
            Text(f"已有另一个演示县（{marks}）", f"another demo county is here ({marks})"),
            Text("加 --reset 重建", "add --reset to build anew"),
        )
    if not is_demo and (registry.has_batches() or org.has_staff()):
        raise _refuse(
            "demo.not_empty",
            Text(
                "数据库里已有名册或工作人员，又不是演示库，不会改动",
                "the database holds rolls or staff and is no demo; it is left as it is",
            ),
            Text("用 TONGDENG_HOME 指定另一个文件夹", "set TONGDENG_HOME to another folder"),
        )
    return is_demo


def _build(people: int, seed: int, as_of: str, steps: Steps) -> dict[str, dict[str, int]]:
    """Write the county's rolls and take them in; returns the counts of each roll."""
    taken: dict[str, dict[str, int]] = {}
    day = read_day(as_of)
    with tempfile.TemporaryDirectory() as folder:
        with steps.step("synth", Text("编造示例县的名册", "inventing the county's rolls")):
            files.write_county(people=people, seed=seed, out=Path(folder), as_of=day)
        for source in SOURCES:
            path = Path(folder) / f"{source}.csv"
            with steps.step(source, Text(f"导入 {path.name}", f"importing {path.name}")):
                taken[source], _ = rolls.take_in(
                    source, path, day.isoformat(), command(INTAKE), dry_run=False, lang=steps.lang
                )
    return taken


def _summary(totals: Totals, steps: Steps, lang: str) -> None:
    day = figures.latest_day()
    table = Table(box=None, show_header=False)
    words = [
        (Text("流动人口", "migrants living here"), totals.people),
        (Text("应享未享", "owed"), totals.owed),
        (Text("已享受", "served"), totals.served),
        (Text("告知后谢绝", "declined"), totals.declined),
        (Text("情况不明", "unknown"), totals.unknown),
    ]
    for text, number in words:
        table.add_row(text.say(lang), f"{number:,}")
    if day:
        found = figures.figure(day, "S1a", org.county(day).code)
        target = f"{found.target:.0%}" if found.target else "-"
        table.add_row(
            Text("覆盖率 S1a（不含卫生健康类）", "coverage S1a (without health)").say(lang),
            f"{found.value or 0:.1%}  {found.numerator:,} / {found.denominator:,}  ({target})",
        )
    for name, seconds in steps.all().items():
        table.add_row(name, f"{seconds:.1f} s")
    Console(stderr=True).print(table)


def demo(
    people: Annotated[int, typer.Option(help="Migrants living there on that day.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Same people and seed, same county.")] = 1,
    as_of: AsOf = "",
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build only.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Drop the demo that is here and build anew.")] = False,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Invent a county, take its rolls in, determine and measure everyone, and serve the page."""
    steps = Steps(lang)
    with steps.step("database", Text("准备数据库", "preparing the database")):
        installation.ensure_installed()
        wanted = {"people": people, "seed": seed}
        reused = _claim_database(wanted, reset)
    taken: dict[str, dict[str, int]] = {}
    if reused:
        note(Text("沿用已有的演示县，按今天重新判定", "using the demo county that is here, determined for today"), lang)
    else:
        access.mark_demo(marks=wanted, by=command("install"))
        with steps.step("staff", Text("登记工作人员", "adding the staff")):
            demo_staff.add_everyone()
        taken = _build(people, seed, as_of, steps)
    with steps.step("determine", Text("判定应享、计算指标", "determining and measuring")):
        totals = insight.refresh_everyone(as_of=read_day(as_of), by=command(DETERMINE))
        intake.measure_quality(on=read_day(as_of), by=command(INTAKE))
    _summary(totals, steps, lang)
    with acting(command(MEASURE)):
        day = read_day(as_of)
        coverage = {one.code: row(one, totals.law) for one in figures.figures(day, org.county(day).level)}
    if as_json:
        emit(
            {
                "people": totals.people, "rolls": taken, "entitlements": vars(totals), "coverage": coverage,
                "seconds": steps.all(), "reused": reused,
            },
            as_json,
        )  # fmt: skip
    note(demo_staff.sign_ins(), lang)
    if not no_serve:
        server.serve(port=port, lang=lang)
