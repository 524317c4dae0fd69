"""`roll import`, `rejects`, `withdraw`, `template`."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from django.db import DatabaseError, connections
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tongdeng.access.exports import csv_text, workbook
from tongdeng.access.types import EXPORT, INTAKE
from tongdeng.audit.types import Actor, command
from tongdeng.catalogue import selectors as catalogue
from tongdeng.cli import installation
from tongdeng.cli.figures import read_day
from tongdeng.cli.output import AsJson, Lang, emit
from tongdeng.intake import actions
from tongdeng.intake import selectors as intake
from tongdeng.intake.exports import explained, pace, rejects_csv, write_template
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.rules.engines.duckdb import replacing
from tongdeng.work.actions import ask_for_job

app = typer.Typer(help="名册 Rolls", no_args_is_help=True)
Batch = Annotated[int, typer.Argument(help="Number of the batch.")]
Counted = Callable[[str, int, int | None], None]  # as the import reports: step, rows done, rows in all
Seconds = dict[str, float]  # by step
STEPS = {
    "read": Text("读取、核查", "reading"), "match": Text("比对", "matching"), "link": Text("认人", "linking"),
    "store": Text("写入", "storing"), "rebuild": Text("更新个人档案", "rebuilding profiles"),
}  # fmt: skip


@contextmanager
def _told(name: str, report: Counted, lang: str, took: Seconds) -> Iterator[Counted]:
    """Show an import's progress in a terminal: its step, its rows and, while they can be known, speed and time left.

    Notes in `took` how long each step takes.
    """
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[pace]}"),
    )  # fmt: skip
    console, begun = Console(stderr=True), time.monotonic()
    since, at = begun, "read"
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None, pace="")

        def tell(step: str) -> None:
            nonlocal since, at
            now = time.monotonic()
            took[at] = round(took.get(at, 0) + now - since, 2)
            since, at = now, step

        def progress(step: str, done: int, total: int | None) -> None:
            tell(step)
            speed = pace(done, total, time.monotonic() - begun)
            bar.update(
                task, description=f"{name} {STEPS[step].say(lang)}", completed=done, total=total,
                pace=speed.say(lang) if speed else "",
            )  # fmt: skip
            report(step, done, total)

        yield progress
        tell(at)


def take_in(
    source: str, file: Path, as_at: str, by: Actor, *, dry_run: bool, lang: str
) -> tuple[dict[str, int], Seconds]:
    """Take one file in with a progress bar and return its batch and counts, and how long each step took."""
    took: Seconds = {}
    batch = actions.receive_roll(source=source, path=file, as_at=read_day(as_at, "--as-at"), by=by)
    with _told(file.name, actions.aside(batch), lang, took) as progress:
        try:
            counts = actions.import_roll(batch_id=batch, path=file, by=by, dry_run=dry_run, progress=progress)
        except TongdengError as error:
            actions.fail_batch(batch_id=batch, error=error, by=by)
            raise
        except Exception as error:
            told = explained(error, file.name)
            connections.close_all()  # what broke may have been the connection itself
            with suppress(DatabaseError):
                actions.fail_batch(batch_id=batch, error=told, by=by)
            raise told from error
    return {"batch": batch, **counts}, took


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.")],
    source: Annotated[
        str,
        typer.Option(help="police, hrss, education, immunisation, housing, deliveries, residents-return, or your own."),
    ],
    as_at: Annotated[str, typer.Option("--as-at", help="Day the roll is true for; today if left out.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Say what would happen; change nothing.")] = False,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Take one roll into the register: all of it, or nothing."""
    installation.ensure_installed()
    counts, seconds = take_in(source, file, as_at, command(INTAKE), dry_run=dry_run, lang=lang)
    if not dry_run:
        ask_for_job("tongdeng.insight.tasks.refresh_everyone", lock="everyone")
    advice = [
        {"times": one["times"], "column": one["column"], "message": one[lang], "code": one["code"], "rows": one["rows"]}
        for one in intake.advice_on(counts["batch"])
    ]
    took: Any = seconds if as_json else "、".join(f"{STEPS[one].say(lang)} {seconds[one]:.1f}" for one in seconds)
    emit({**counts, "seconds": took, "advice": advice}, as_json)


@app.command("rejects")
def rejects_command(
    batch: Batch, out: Annotated[Path, typer.Option(help="CSV file to write.")], as_json: AsJson = False
) -> None:
    """Write the rows of a batch that were given back, ready to be corrected and sent again."""
    installation.ensure_installed()
    rows = 0
    with replacing(out) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        for line in rejects_csv(batch, by=command(INTAKE)):
            stream.write(line)
            rows += 1
    emit({"batch": batch, "rows": rows - 1, "file": out.name}, as_json)


@app.command("corrections")
def corrections_command(
    source: Annotated[str, typer.Argument(help="Whose roll: police, hrss, education, housing, deliveries, ...")],
    out: Annotated[Path, typer.Option(help="XLSX or CSV file to write, mode 0600.")],
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Write what the bureau of a roll is asked to correct. JSON: source, rows, people, file.

    What other bureaus' rows say is in it only where the bureau may see it. Once a corrected roll is taken in, a
    finding is gone from the next file.
    """
    installation.ensure_installed()
    sheet = actions.export_corrections(source=source, on=clock.today(), lang=lang, by=command(EXPORT))
    purpose = Text("核对资料、补正名册", "checking and correcting records").say(lang)
    said: dict[str, Any] = {"by": "tongdeng roll corrections", "purpose": purpose, "at": clock.now(), "lang": lang}
    is_csv = out.suffix.lower() == ".csv"
    content = csv_text(sheet, **said).encode() if is_csv else workbook(sheet, **said)
    with replacing(out) as draft:
        draft.touch(mode=0o600)
        draft.write_bytes(content)
    emit({"source": source, "rows": len(sheet.rows), "people": len(set(sheet.subjects)), "file": out.name}, as_json)


@app.command("withdraw")
def withdraw_command(
    batch: Batch,
    reason: Annotated[str, typer.Option(help="Why; kept with the batch.")],
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would happen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a wrong roll back: its records are superseded, and importing it again restores them."""
    installation.ensure_installed()
    if not reason.strip():
        raise UnusableInput("intake.withdraw.no_reason", Text("要写明原因", "a reason is needed"), place="--reason")
    found = actions.withdraw_batch(batch_id=batch, reason=reason, by=command(INTAKE), preview=preview)
    emit({**found, "done": not preview}, as_json)


@app.command("template")
def template_command(
    source: Annotated[str, typer.Argument(help="Which roll.")],
    out: Annotated[Path, typer.Option(help="XLSX file to write.")],
    as_json: AsJson = False,
) -> None:
    """Write an empty roll with headers, notes and drop-downs."""
    installation.ensure_installed()
    places = {code: place.name_zh for code, place in org.places(clock.today()).items() if place.level == "community"}
    services = {code: service.name.zh for code, service in catalogue.law().services.items()}
    write_template(source, out, communities=places, services=services)
    emit({"file": out.name}, as_json)
