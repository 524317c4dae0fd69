"""The command `tongdeng`: finds the group, starts Django where the command needs the register, and prints."""

import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import typer

from tongdeng.cli.output import run

# A command imports its own module and what that needs, not the whole of Tongdeng: first word -> module and function, or
# module alone where it has commands of its own.
PURE = {"link": "link.link", "linkage": "link", "rules": "rules", "synth": "synth.synth", "stop": "server.stop"}
REGISTER = {  # these start Django and the database
    "demo": "demo.demo", "serve": "server.serve", "doctor": "doctor.doctor", "backup": "archive.backup",
    "restore": "archive.restore", "determine": "figures.determine", "measures": "figures.measures",
    "explain": "explain.explain_command", "rejudge": "rejudge.rejudge", "audit": "audit", "roll": "rolls",
    "keys": "keys", "person": "person", "law": "law", "user": "users", "county": "county",
}  # fmt: skip

app = typer.Typer(help="同等 Tongdeng", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def tongdeng() -> None:
    """Keep a single command a command that is named."""


def add_commands(*words: str) -> None:
    """Add these commands, or all: whoever asks for help, or mistypes a word, is shown all of them."""
    for word, place in (PURE | REGISTER).items():
        if words and word not in words:
            continue
        name, _, function = place.partition(".")
        module = import_module(f"tongdeng.cli.{name}")
        if function:
            app.command(word)(getattr(module, function))
        else:
            app.add_typer(module.app, name=word)


def _take_language(words: list[str]) -> list[str]:
    """Return the words without `--lang X`, which every command understands, wherever it stands."""
    if "--lang" not in words[:-1]:
        return words
    at = words.index("--lang")
    os.environ["TONGDENG_LANG"] = words[at + 1]
    return words[:at] + words[at + 2 :]


def _prepared(words: list[str]) -> Callable[..., Any]:
    """Return the application once its commands are there; started inside the guard, for the database may refuse."""
    first, second = [*(word for word in words[1:] if not word.startswith("-")), "", ""][:2]

    def start(**options: Any) -> Any:
        if (first, second) == ("audit", "check"):  # whoever was given a proof has no database
            app.add_typer(import_module("tongdeng.cli.audit").alone, name="audit")
            return app(**options)
        if first in PURE:
            add_commands(first)
            return app(**options)
        gc.disable()  # what is imported stays: looking through it for cycles takes a tenth of the start
        import_module("tongdeng.cli.installation").django()
        add_commands(*({first} & REGISTER.keys()))
        gc.enable()
        try:
            return app(**options)
        finally:
            _seal()

    return start


def _seal() -> None:
    """Seal what the command did, where no worker does; whatever hinders that must not hide how the command ended."""
    from django.db import DatabaseError

    from tongdeng.audit import actions

    with suppress(DatabaseError):
        actions.seal_entries()


def main() -> None:
    """Run one command."""
    sys.argv = _take_language(sys.argv)
    run(_prepared(sys.argv), sys.argv)


if __name__ == "__main__":
    main()
