"""One way for every command to speak: results to standard output, everything else to standard error."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Styled

from tongdeng.kernel.errors import Text, TongdengError, UnusableInput

AsJson = Annotated[bool, typer.Option("--json", help="Results as one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="TONGDENG_LANG", help="zh or en, for messages.")]
_PLAIN_WIDTH = 200


def emit(result: Mapping[str, Any] | list[Any], as_json: bool) -> None:
    """Print a result: one JSON document, or tables a person can read."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=_as_json))
        return
    console = _console(sys.stdout)
    if isinstance(result, list):
        console.print(_rows("", result))
        return
    console.print(_pairs({key: value for key, value in result.items() if not _is_rows(value)}))
    for key, value in result.items():
        if _is_rows(value):
            console.print(_rows(key, value))


def note(text: Text, lang: str = "zh") -> None:
    """Tell on standard error how far the work has come, or what was left aside."""
    _console(sys.stderr).print(text.say(lang), markup=False, highlight=False)


def fail(error: TongdengError, as_json: bool, lang: str = "zh") -> NoReturn:
    """Say what went wrong, where, and the way out; end with the error's exit code."""
    faults = getattr(error, "faults", ())
    if as_json:
        document: dict[str, Any] = {**error.as_json(lang)}
        if faults:
            document["errors"] = [fault.as_json(lang) for fault in faults]
        print(json.dumps(document, ensure_ascii=False))
    else:
        console = _console(sys.stderr)
        label = "Error" if lang == "en" else "错误"
        lines = [fault.say(lang) for fault in faults] or [_with_place(error, lang)]
        for line in lines:
            console.print(Styled.assemble((f"{label} ", "bold red"), line))
        if remedy := error.remedy.say(lang):
            console.print(Styled(remedy))
    raise typer.Exit(error.exit_code)


def _with_place(error: TongdengError, lang: str) -> str:
    return f"{error.place}: {error.fact.say(lang)}" if error.place else error.fact.say(lang)


def _console(file: Any) -> Console:
    # Into a pipe or a file, lines must not be folded at some invented width.
    return Console(file=file) if file.isatty() else Console(file=file, width=_PLAIN_WIDTH, soft_wrap=True)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _pairs(values: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    for key, value in values.items():
        table.add_row(escape(key), escape(_shown(value)))
    return table


def _rows(title: str, rows: list[Any]) -> Table:
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | None) for row in rows)
        table.add_column(column, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(escape(_shown(row.get(column))) for column in columns))
    return table


def _shown(value: Any) -> str:
    match value:
        case None:
            return "-"
        case float():
            return f"{value:.4g}" if abs(value) < 1 else f"{value:,.2f}"
        case list() | tuple():
            return ", ".join(_shown(each) for each in value) or "-"
        case Mapping():
            return ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) or "-"
        case _:
            return str(value)


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)


# Typer keeps its copy of Click to itself; this is the class of every wrong word, option or argument.
_UsageError: Any = typer.BadParameter.__base__


def run(app: Callable[..., Any], words: list[str]) -> NoReturn:
    """Run a command line and end with its exit code; whatever goes wrong is said for people, or as JSON."""
    lang, as_json = os.environ.get("TONGDENG_LANG", "zh"), "--json" in words
    try:
        code = app(standalone_mode=False)
    except _UsageError as error:
        if not as_json:
            error.show()
            sys.exit(2)
        wrong = UnusableInput(
            "cli.usage", Text(error.format_message(), error.format_message()), place=" ".join(words[1:])
        )
        _end(wrong, as_json, lang)
    except TongdengError as error:
        _end(error, as_json, lang)
    except OSError as error:
        fact = Text(f"文件不能读写：{error.strerror}", f"a file cannot be used: {error.strerror}")
        _end(UnusableInput("cli.file", fact, place=str(error.filename or "")), as_json, lang)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _end(error: TongdengError, as_json: bool, lang: str) -> NoReturn:
    try:
        fail(error, as_json, lang)
    except typer.Exit as end:
        sys.exit(end.exit_code)
