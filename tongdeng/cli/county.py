"""`county init` and `county template`: a real county's divisions, bureaus, posts and staff, from one workbook."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tongdeng.audit.types import command
from tongdeng.cli import installation
from tongdeng.cli.divisions import divisions
from tongdeng.cli.output import AsJson, Lang, emit, note
from tongdeng.intake.exports import read_sheets
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import actions, selectors
from tongdeng.org.exports import county, county_template
from tongdeng.people import selectors as registry

app = typer.Typer(help="建县 Starting a county", no_args_is_help=True)
RESTART = Text(
    "如果系统正在运行，重新启动后才用新的名称和区划",
    "a running system uses the new names and divisions after a restart",
)


app.command("divisions")(divisions)


@app.command("init")
def init(
    file: Annotated[Path, typer.Argument(help="The filled workbook (XLSX).")],
    dry_run: Annotated[bool, typer.Option(help="Say what would happen; change nothing.")] = False,
    passwords: Annotated[Path | None, typer.Option(help="New file for the first passwords, mode 0600.")] = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Start or correct a county. JSON: county, replaced, divisions, bureaus, staff, passwords, done.

    `divisions`, `bureaus` and `staff` count what was added or changed and list under `missing` what is here and not
    in the workbook, which stays. `passwords` lists login and password, this once; empty where a file took them. On
    failure `errors` lists sheet, row, column, code, message and remedy of every fault.
    """
    installation.ensure_installed()
    plan = county.plan_county(
        read_sheets(file), has_people=registry.has_batches(), is_demo=selectors.is_demo(), on=clock.today(),
        place=file.name,
    )  # fmt: skip
    fresh = {} if dry_run else {one.login: secrets.token_urlsafe(12) for one in plan.new_staff}
    if not dry_run and not plan.is_empty:
        with _written(passwords, fresh):
            actions.settle_county(plan=plan, passwords=fresh, by=command("admin"))
        note(RESTART, lang)
    shown = [] if passwords else [{"login": login, "password": word} for login, word in fresh.items()]
    emit({**county.summary(plan), "passwords": shown, "done": not dry_run}, as_json)


@contextmanager
def _written(path: Path | None, passwords: Mapping[str, str]) -> Iterator[None]:
    """Write the passwords first, for nobody else can tell them afterwards; without the act the file goes again."""
    if path is None or not passwords:
        yield
        return
    try:
        target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UnusableInput(
            "cli.county.file_exists",
            Text("这个文件已经有了", "that file exists already"),
            place=str(path),
            remedy=Text("换一个文件名", "name another file"),
        ) from None
    with os.fdopen(target, "w", encoding="utf-8") as stream:
        stream.writelines(f"{login}\t{word}\n" for login, word in passwords.items())
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@app.command("template")
def template(
    out: Annotated[Path, typer.Option(help="XLSX file to write.")],
    as_json: AsJson = False,
) -> None:
    """Write the empty workbook. JSON: file."""
    installation.ensure_installed()
    out.write_bytes(county_template(selectors.law_bureaus(clock.today())))
    emit({"file": out.name}, as_json)
