"""`rejudge`: what the linkage model, or a newer one, would decide today."""

from pathlib import Path
from typing import Annotated

import typer

from tongdeng.access.types import IDENTIFY
from tongdeng.audit.types import command
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, Lang, emit
from tongdeng.intake import actions
from tongdeng.linkage import settings


def rejudge(
    model: Annotated[Path | None, typer.Option(help="A newer model than the one that comes along.")] = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Judge the automatic links again and ask clerks where the model differs; no link is changed."""
    installation.ensure_installed()
    emit(actions.rejudge(by=command(IDENTIFY), model=model or settings.DEFAULT), as_json)
