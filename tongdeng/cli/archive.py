"""`backup` and `restore`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from tongdeng.archive import actions
from tongdeng.audit.types import command
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, emit
from tongdeng.kernel.errors import Text, UnusableInput

PASSPHRASE = "TONGDENG_BACKUP_PASSPHRASE"  # noqa: S105  the name of a variable
PURPOSE = "archive"
KeyFile = Annotated[Path | None, typer.Option(help="A file with the passphrase, else the variable or a question.")]


def _passphrase(file: Path | None, *, is_new: bool) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    given = os.environ.get(PASSPHRASE)
    if given:
        return given
    return str(typer.prompt("口令 Passphrase", hide_input=True, confirmation_prompt=is_new, err=True))


def backup(
    file: Annotated[Path, typer.Argument(help="The new file.")],
    passphrase_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole county to one sealed file, while pages run."""
    installation.ensure_installed()
    phrase = _passphrase(passphrase_file, is_new=True)
    moved = actions.backup_county(file=file, passphrase=phrase, by=command(PURPOSE))
    emit({"file": file.name, "tables": moved.tables, "rows": moved.rows, "files": moved.files}, as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    passphrase_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Fill an empty installation from a backup. Its logins have passwords of their own; nobody stays signed in."""
    if not file.is_file():
        raise UnusableInput("archive.file.missing", Text("没有这个文件", "there is no such file"), place=file.name)
    phrase = _passphrase(passphrase_file, is_new=False)
    moved = actions.restore_county(file=file, passphrase=phrase, by=command(PURPOSE))
    installation.ensure_installed()
    emit({"file": file.name, "tables": moved.tables, "rows": moved.rows, "files": moved.files}, as_json)
