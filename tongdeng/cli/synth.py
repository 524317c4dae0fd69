"""`synth`: a synthetic county's rolls in a folder."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.synth.files import write_county

app = typer.Typer()


def read_day(text: str | None) -> date:
    """Return the day in an ISO date; today for none."""
    if text is None:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        fact = Text(f"不是日期：{text}", f"not a date: {text}")
        raise UnusableInput("synth.as_of.invalid", fact, remedy=Text("例如 2026-03-01", "such as 2026-03-01")) from None


@app.command()
def synth(
    people: Annotated[int, typer.Option(help="Migrants living there on that day.")],
    out: Annotated[Path, typer.Option(help="The folder for the rolls; made if missing.")],
    seed: Annotated[int, typer.Option(help="The same seed and date give the same bytes.")] = 1,
    as_of: Annotated[str | None, typer.Option(help="The day on which all is true; today if left out.")] = None,
    noise: Annotated[int, typer.Option(help="How many mistakes the departments make: 0 none, to 3.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Results as one JSON document.")] = False,
) -> None:
    """Write a synthetic county: each department's roll, and truth.csv, which tells who is who in them."""
    rows: dict[str, int] = {}

    def progress(name: str, count: int) -> None:
        rows[name] = count
        sys.stderr.write(f"{name}: {count}\n")

    try:
        files = write_county(people=people, seed=seed, out=out, as_of=read_day(as_of), noise=noise, progress=progress)
    except TongdengError as error:
        if as_json:
            print(json.dumps(error.as_json(), ensure_ascii=False))
        else:
            sys.stderr.write(f"{error.fact.zh} {error.place}\n")
        raise typer.Exit(error.exit_code) from None
    if as_json:
        print(json.dumps({"files": [path.name for path in files], "rows": rows}, ensure_ascii=False))
    else:
        for path in files:
            print(path)
