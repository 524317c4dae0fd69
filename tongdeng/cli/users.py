"""`user add` and `user reset`."""

import secrets
from typing import Annotated

import typer

from tongdeng.audit.types import command
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, emit
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import actions, selectors
from tongdeng.org.types import PostKind

app = typer.Typer(help="工作人员 Staff", no_args_is_help=True)


@app.command("add")
def add(
    login: Annotated[str, typer.Argument(help="Sign-in name.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    kind: Annotated[PostKind, typer.Option(help="What the post does.")],
    division: Annotated[str, typer.Option(help="12 digits: county, town or community.")] = "",
    bureau: Annotated[str | None, typer.Option(help="Bureau code, for example PSB.")] = None,
    title: Annotated[str, typer.Option(help="The post's title.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a member of staff; prints a first password, which is shown this once."""
    installation.ensure_installed()
    places = selectors.places(clock.today())
    division = division or selectors.county(clock.today()).code
    if division not in places:
        raise UnusableInput(
            "org.division.unknown", Text(f"没有区划 {division}", f"there is no division {division}"), place="--division"
        )
    password = secrets.token_urlsafe(12)
    titles = (title or kind.value, title or kind.value)
    actions.add_staff(
        login=login, name=name, kind=kind, division=division, titles=titles, bureau=bureau, password=password,
        is_first=True, by=command("admin"),
    )  # fmt: skip
    emit({"login": login, "password": password, "division": division, "kind": kind.value}, as_json)


@app.command("reset")
def reset(login: Annotated[str, typer.Argument(help="Sign-in name.")], as_json: AsJson = False) -> None:
    """Give a member of staff a new password, shown this once, and take away the second factor: it is set up anew."""
    installation.ensure_installed()
    password = secrets.token_urlsafe(12)
    if not actions.reset_staff(login=login, password=password, by=command("admin")):
        raise UnusableInput("org.staff.unknown", Text(f"没有用户 {login}", f"there is no user {login}"), place=login)
    emit({"login": login, "password": password}, as_json)


@app.command("link")
def link(
    login: Annotated[str, typer.Argument(help="Sign-in name.")],
    subject: Annotated[str, typer.Option(help="Who that is at the identity provider (`sub`); empty unlinks.")],
    provider: Annotated[str, typer.Option(help="Which provider.")] = "county",
    as_json: AsJson = False,
) -> None:
    """Let a member of staff sign in through the county's identity provider."""
    installation.ensure_installed()
    if not actions.link_subject(login=login, provider=provider, subject=subject, by=command("admin")):
        raise UnusableInput("org.staff.unknown", Text(f"没有用户 {login}", f"there is no user {login}"), place=login)
    emit({"login": login, "provider": provider, "subject": subject}, as_json)
