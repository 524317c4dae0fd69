"""`person shred`: deletes somebody after two others have agreed."""

from typing import Annotated

import typer

from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, emit
from tongdeng.kernel import ids
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.people import actions
from tongdeng.people.exports import profiles

app = typer.Typer(help="人员 Persons", no_args_is_help=True)


@app.callback()
def persons() -> None:
    """Act on one person."""


@app.command("shred")
def shred(
    ref: Annotated[str, typer.Argument(help="Person id or id number.")],
    reason: Annotated[str, typer.Option(help="A reason of law/shredding.toml: request, retention, wrong, order.")],
    request: Annotated[int | None, typer.Option(help="The number of the request that was agreed to.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; there is no way back but a backup.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what is known of a person everywhere; the id and the counts stay. There is no way back."""
    installation.ensure_installed()
    if not yes:
        typer.confirm(f"删除 {ref}，不能恢复？ Delete {ref} for good?", abort=True, err=True)
    by = command("shred")
    with acting(by):
        person = ids.read(ref) or next(iter(profiles.find_by_number(ref)), None)
        if person is None:
            # The place does not repeat what was typed: it may be a number.
            raise UnusableInput(
                "people.person.unknown", Text("没有找到这个人", "nobody was found under that"), place="REF"
            )
        counts = actions.shred_person(person_id=person, reason=reason, request=request, by=by)
    emit({"person": ids.show(person), **counts}, as_json)
