"""`rules`: checks a law folder, answers from it, and compares two of them. No database."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tongdeng.cli.output import AsJson, Lang, emit, fail, note
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.rules import check as check_folder
from tongdeng.rules import load
from tongdeng.rules.engines import duckdb
from tongdeng.rules.engines.states import check_engine
from tongdeng.rules.faults import LawIsFaulty
from tongdeng.rules.parser import iso_date

app = typer.Typer(help="The law as data: check it, answer from it, compare two versions.", no_args_is_help=True)
Facts = Annotated[Path, typer.Option("--facts", help="CSV or Parquet with person_id and any facts.")]
AsOf = Annotated[str, typer.Option("--as-of", help="The day on which all is judged, such as 2026-03-01.")]


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that holds facts.yaml.")],
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Check a law folder: schema, types, dates and worked cases."""
    try:
        findings = check_folder(folder)
        for warning in () if as_json else findings.warnings:
            note(Text(f"提醒 {warning.say('zh')}", f"Warning {warning.say('en')}"), lang)
        if findings.faults:
            raise LawIsFaulty(findings.faults)
    except TongdengError as error:
        fail(error, as_json, lang)
    law = findings.law
    emit(
        {
            "errors": [],
            "warnings": [warning.as_json(lang) for warning in findings.warnings] if as_json else len(findings.warnings),
            "facts": len(law.facts) if law else 0,
            "services": len(law.services) if law else 0,
            "versions": sum(len(service.versions) for service in law.services.values()) if law else 0,
            "cases": len(law.cases) if law else 0,
        },
        as_json,
    )


@app.command()
def run(
    law: Annotated[Path, typer.Option("--law", help="The folder that holds facts.yaml.")],
    facts: Facts,
    as_of: AsOf,
    out: Annotated[Path, typer.Option("--out", help="Where the answers go: .csv or .parquet.")],
    engine: Annotated[
        str, typer.Option("--engine", help="duckdb; memory, the plain reference; spark, a cluster.")
    ] = "duckdb",
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Answer for everyone in a facts file: yes, no or unknown for each service, with the reasons."""
    try:
        check_engine(engine)
        done = duckdb.run(load(law), _day(as_of), facts, out, engine=engine, progress=partial(note, lang=lang))
    except TongdengError as error:
        fail(error, as_json, lang)
    for warning in done.warnings:
        note(warning, lang)
    for name, count in done.gaps.counted():
        note(Text(f"没有“{name}”这一列：{count} 个回答因此未知。",
                  f"there is no column '{name}': {count} answers are unknown for want of it."), lang)  # fmt: skip
    emit(
        {
            "people": done.people,
            "services": done.services,
            "rows": done.rows,
            "unknown": done.gaps.unknown,
            "missing": [{"fact": name, "answers": count} for name, count in done.gaps.counted()],
            "seconds": round(done.seconds, 3),
            "file": out.name,
            "warnings": [warning.say(lang) for warning in done.warnings],
        },
        as_json,
    )


@app.command()
def diff(
    law: Annotated[list[Path], typer.Option("--law", help="Twice: the law before, then the law after.")],
    facts: Facts,
    as_of: AsOf,
    listed: Annotated[int, typer.Option("--list", min=0, help="How many people to name per service.")] = 20,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Compare two laws on the same people: who gains a yes, and who loses it, per service.

    A service that only one law has on the day is added or removed; a fact the file lacks is unknown, and said.
    """
    try:
        if len(law) != 2:
            fact = Text("diff 需要两个 --law。", "diff needs --law twice.")
            raise UnusableInput("rules.diff.two_laws", fact, remedy=Text("--law 旧 --law 新", "--law OLD --law NEW"))
        before, after = (load(folder) for folder in law)
        changes, read = duckdb.compare(before, after, _day(as_of), facts, listed=listed)
    except TongdengError as error:
        fail(error, as_json, lang)
    for warning in read.warnings:
        note(warning, lang)
    for name in read.missing:
        note(Text(f"没有“{name}”这一列，一律按未知判断。", f"there is no column '{name}': unknown for all."), lang)
    names = {**before.services, **after.services}
    rows = [
        {
            "service": change.service,
            "name": names[change.service].name.say(lang) or names[change.service].name.zh,
            "kind": change.kind,
            "gains": change.gains,
            "loses": change.loses,
            "unknown_made": change.unknown_made,
            "gaining": list(change.gaining),
            "losing": list(change.losing),
        }
        for change in changes
    ]
    laws = {"before": before.digest, "after": after.digest}
    emit({"people": read.people, **laws, "missing": list(read.missing), "services": rows}, as_json)


def _day(text: str) -> date:
    day = iso_date(text)
    if day is None:
        fact = Text(f"--as-of 不是日期：{text}", f"--as-of is not a date: {text}")
        raise UnusableInput("rules.as_of", fact, place="--as-of", remedy=Text("例如 2026-03-01", "such as 2026-03-01"))
    return day
