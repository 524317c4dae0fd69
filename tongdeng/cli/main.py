"""The command `tongdeng`: finds the group, starts Django where the command needs the register, and prints."""

import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from tongdeng.cli import link, rules, server, synth
from tongdeng.cli.output import run

# These need no register, so they start without Django and without a database.
PURE = frozenset({"link", "linkage", "rules", "synth", "stop", "--help", "-h"})

app = typer.Typer(help="同等 Tongdeng", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(rules.app, name="rules")
app.command("synth")(synth.synth)
app.command("link")(link.link)
app.add_typer(link.app, name="linkage")
app.command("stop")(server.stop)


def add_register_commands() -> None:
    """Add the commands that need the register."""
    from tongdeng.cli import installation

    installation.django()
    from tongdeng.cli import county, demo, divisions, doctor, explain, figures, law, rejudge, rolls, users

    app.command("demo")(demo.demo)
    app.command("serve")(server.serve)
    app.command("doctor")(doctor.doctor)
    app.command("determine")(figures.determine)
    app.command("measures")(figures.measures)
    app.command("explain")(explain.explain_command)
    app.command("rejudge")(rejudge.rejudge)
    app.add_typer(rolls.app, name="roll")
    app.add_typer(law.app, name="law")
    app.add_typer(users.app, name="user")
    county.app.command("divisions")(divisions.divisions)
    app.add_typer(county.app, name="county")


def _take_language(words: list[str]) -> list[str]:
    """Return the words without `--lang X`, which every command understands, wherever it stands."""
    if "--lang" not in words[:-1]:
        return words
    at = words.index("--lang")
    os.environ["TONGDENG_LANG"] = words[at + 1]
    return words[:at] + words[at + 2 :]


def _prepared(first: str) -> Callable[..., Any]:
    """Return the application once its commands are there; started inside the guard, for the database may refuse."""

    def start(**options: Any) -> Any:
        if first not in PURE:
            add_register_commands()
        return app(**options)

    return start


def main() -> None:
    """Run one command."""
    sys.argv = _take_language(sys.argv)
    first = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    run(_prepared(first), sys.argv)


if __name__ == "__main__":
    main()
