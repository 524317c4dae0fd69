"""`synth`: a synthetic county's rolls in a folder."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tongdeng.cli.output import AsJson, Lang, emit, fail, note
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.synth.files import write_county

app = typer.Typer()


def _day(text: str | None) -> date:
    if text is None:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        fact = Text(f"不是日期：{text}", f"not a date: {text}")
        remedy = Text("日期如 2026-03-01", "a date such as 2026-03-01")
        raise UnusableInput("synth.as_of.invalid", fact, place="--as-of", remedy=remedy) from None


@app.command()
def synth(
    people: Annotated[int, typer.Option(help="Migrants living there on that day.")],
    seed: Annotated[int, typer.Option(help="The same seed and date give the same bytes.")],
    out: Annotated[Path, typer.Option(help="The folder for the rolls; made if missing.")],
    as_of: Annotated[str | None, typer.Option(help="The day on which all is true; today if left out.")] = None,
    noise: Annotated[int, typer.Option(help="How many mistakes the departments make: 0 none, to 3.")] = 1,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Write a synthetic county: each department's roll, and truth.csv, which tells who is who in them."""

    def progress(name: str, rows: int) -> None:
        note(Text(f"{name}：{rows}行", f"{name}: {rows} rows"), lang)

    try:
        files = write_county(people=people, seed=seed, out=out, as_of=_day(as_of), noise=noise, progress=progress)
    except TongdengError as error:
        fail(error, as_json, lang)
    emit({"files": [path.name for path in files]}, as_json)
