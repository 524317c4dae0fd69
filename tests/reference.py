"""The pages of docs/reference, printed from what runs: the language, the matrix, the tables, the commands."""

import tomllib
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path

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
    "desk": "each row names the kinds of post it is for",
    "row+desk": "each row names both",
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
    own = (
        [f"`{name}`", by, "yes" if name in law.resident.adds else ""] for name, by in sorted(law.resident.reads.items())
    )
    care = (
        [f"`care.{name}`", login, verbs] for name, of in sorted(law.care.items()) for login, verbs in sorted(of.items())
    )
    pages = ([f"`{page}`", ", ".join(sorted(kinds))] for page, kinds in sorted(law.pages.items()))
    api = ([f"`{name}`", ", ".join(sorted(kinds))] for name, kinds in sorted(law.api.items()))
    return _page(
        "Who may see what",
        "`law/access.toml`",
        "A post sees the domains below, and of each only the rows of its own territory.",
        _table(["post", *(f"{letter} {DOMAINS[letter]}" for letter in letters)], posts),
        "## Tables with personal data",
        _table(["table", "domain", ""], personal),
        "## Tables without",
        _table(["table", "rights of the working logins"], plain),
        "## Somebody at /my/",
        "Reads own rows, and those of children under 14 in their care; adds to the tables marked; changes nothing.",
        _table(["table", "by", "adds"], own),
        "## Sealed care",
        "Whatever the right, rows show in a signed context of domain F only; the web has no right at all.",
        _table(["table", "login", "rights"], care),
        "## Pages",
        "Who may open which page. What a page shows, row security cuts; a page that is not named is not there.",
        _table(["page", "kinds of post"], pages),
        "## Operations of /api/v1",
        "Which posts of departments' systems may call what; what comes back, row security cuts.",
        _table(["operation", "kinds of post"], api),
    )


ASVS = {
    "held": "Held", "operator": "For whoever installs", "gap": "Gaps: not held, or not proved by a test",
    "none": "Of things that the product does not have",
}  # fmt: skip


def asvs_page() -> str:
    """Return how each requirement of OWASP ASVS 5.0.0, levels 1 and 2, is held, as docs/asvs.toml says it."""
    chapters = tomllib.loads(Path("docs/asvs.toml").read_text(encoding="utf-8"))
    found: dict[str, list[list[str]]] = {how: [] for how in ASVS}
    for chapter in chapters.values():
        for number, entry in chapter.items():
            (how,) = entry.keys() - {"by"}
            found[how].append([number, entry[how], ", ".join(f"`{path}`" for path in entry.get("by", []))])
    counts = ", ".join(f"{len(rows)} {how}" for how, rows in found.items())
    parts = [part for how, rows in found.items() for part in (f"## {ASVS[how]}", _table(["", "", "by"], rows))]
    return _page("OWASP ASVS 5.0.0, levels 1 and 2", "`docs/asvs.toml`", f"{counts}.", *parts)


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


def lifecycle_page() -> str:
    """Return what a case may become, as the table in tongdeng/desk/lifecycle.py says it."""
    from tongdeng.desk import lifecycle
    from tongdeng.desk.types import CLOCKS, ROLES, STATES, Clock

    def names(found: Iterable[object]) -> str:
        return ", ".join(f"`{one}`" for one in found)

    states = ([f"`{state}`", *text, "yes" if state in lifecycle.CLOSED else ""] for state, text in STATES.items())
    acts = (
        [
            f"`{move.act}`", *move.says, names(move.before), f"`{move.after}`" if move.after else "stays",
            names(move.by), "all stop" if move.clocks == lifecycle.STOP_ALL else ", ".join(
                f"{clock} {effect}" for clock, effect in move.clocks.items()
            ), names(move.needs), names(move.guards),
        ]
        for move in lifecycle.MOVES
    )  # fmt: skip
    roles = ([f"`{role}`", *text] for role, text in ROLES.items())
    clocks = ([f"`{clock}`", *CLOCKS[clock]] for clock in Clock)
    return _page(
        "What a case may become",
        "`tongdeng/desk/lifecycle.py`",
        "An extension is an event, verification a sub-state of review, a rating a mark on completion. The first day"
        " of a term does not count, the day of suspension does not, the day of resumption does. Terms, reasons and who"
        " acts stand in `law/desk.toml`.",
        _table(["state", "", "", "closed"], states),
        "## Acts",
        _table(["act", "", "", "from", "to", "by", "clocks", "is given", "what must hold"], acts),
        "Taken along by itself where its conditions hold then: "
        + ", ".join(f"`{then}` by `{act}`" for act, then in lifecycle.FOLLOWED_BY.items())
        + ".",
        "## Who acts",
        _table(["role", "", ""], roles),
        "## Clocks",
        _table(["clock", "", ""], clocks),
    )


def commands_page() -> str:
    """Return every command with its arguments and options."""
    from typer.main import get_command

    from tongdeng.cli import main

    main.add_commands()
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


PAGES = {
    "lifecycle": lifecycle_page, "rules": manual.page, "matrix": matrix_page, "tables": tables_page,
    "commands": commands_page, "asvs": asvs_page,
}  # fmt: skip
