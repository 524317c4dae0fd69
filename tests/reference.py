"""The pages of docs/reference, printed from what runs: the language, the matrix, the tables, the commands."""

from collections.abc import Iterable
from operator import attrgetter

import click
from django.apps import apps
from django.conf import settings

from tests.spec import manual
from tongdeng.access import matrix

DOMAINS = {
    "A": "public",
    "B": "identity and residence",
    "C": "work and insurance",
    "D": "education of minors",
    "E": "hardship and legal aid",
    "F": "general health",
    "G": "reproductive and restricted health",
    "row": "named by each row",
}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), ["---"] * len(list(head)), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _page(title: str, origin: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", f"Generated from {origin} by `./run docs`; do not edit.", *parts]) + "\n"


def matrix_page() -> str:
    """Return who may see what, as law/access.toml says it."""
    law = matrix.read(settings.TONGDENG_LAW / "access.toml")
    letters = [letter for letter in DOMAINS if len(letter) == 1 and letter != "A"]
    posts = ([kind, *("yes" if x in seen else "" for x in letters)] for kind, seen in law.posts.items())
    personal = ([f"`{name}`", domain, DOMAINS[domain]] for name, domain in sorted(law.personal.items()))
    plain = ([f"`{name}`", verbs] for name, verbs in sorted(law.plain.items()))
    care = (
        [f"`care.{name}`", login, verbs] for name, of in sorted(law.care.items()) for login, verbs in sorted(of.items())
    )
    return _page(
        "Who may see what",
        "`law/access.toml`",
        "A post sees the domains below, and of each only the rows of its own territory.",
        _table(["post", *(f"{letter} {DOMAINS[letter]}" for letter in letters)], posts),
        "## Tables with personal data",
        _table(["table", "domain", ""], personal),
        "## Tables without",
        _table(["table", "rights of the working logins"], plain),
        "## Sealed care",
        "Whatever the right, rows show in a signed context of domain F only; the web has no right at all.",
        _table(["table", "login", "rights"], care),
    )


def tables_page() -> str:
    """Return every table with its columns, by package."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("tongdeng.")]
    parts = []
    for model in sorted(ours, key=attrgetter("_meta.db_table")):
        columns = ([f"`{f.column}`", f.db_parameters(_connection())["type"] or "", "null" if f.null else ""]
                   for f in model._meta.concrete_fields)  # fmt: skip
        says = (model.__doc__ or "").strip().splitlines()[0]
        parts += [f"## `{model._meta.db_table}`", says, _table(["column", "type", ""], columns)]
    return _page("Tables", "the models", *parts)


def _connection() -> object:
    from django.db import connections

    return connections["owner"]


def commands_page() -> str:
    """Return every command with its arguments and options."""
    from typer.main import get_command

    from tongdeng.cli import main

    main.add_register_commands()
    return _page("Commands", "`tongdeng.cli`", *_commands("tongdeng", get_command(main.app)))


def _commands(path: str, command: click.Command) -> Iterable[str]:
    inner = getattr(command, "commands", {})
    for name in sorted(inner):
        yield from _commands(f"{path} {name}", inner[name])
    if not inner:
        yield f"## `{path}`"
        yield (command.help or "").strip()
        shown = [row for row in map(_parameter, command.params) if row]
        if shown:
            yield _table(["", "", "default"], shown)


def _parameter(parameter: click.Parameter) -> list[str] | None:
    if parameter.name == "help":
        return None
    is_option = parameter.param_type_name == "option"
    name = ", ".join(parameter.opts) if is_option else (parameter.metavar or str(parameter.name).upper())
    default = "" if parameter.required or parameter.default in (None, False, "") else str(parameter.default)
    return [f"`{name}`", getattr(parameter, "help", None) or "", "required" if parameter.required else default]


PAGES = {"rules": manual.page, "matrix": matrix_page, "tables": tables_page, "commands": commands_page}
