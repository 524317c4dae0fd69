"""Measures the targets of size and speed on this machine: `./run bench [MEASURE ...]`, as `--help` lists them.

Without a word `roll`, `linkage` and `rules`; the others take a million rows or people and some minutes each. `rules` is
the whole table of the law as data: answers, counts beside OpenFisca and Spark, one person explained, and everyone
determined to files and to PostgreSQL. `scale --rows 10000000` is ten million people, to files alone, in 16 GiB.

Each line stands beside a bare peer that runs in the same minute, so that a slow machine is not taken for slow code.
"""

import argparse
import os
import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from tests.bench.measure import say_machine

Measure = Callable[[Path, Namespace], None]  # it gets a folder of its own and the options
USUAL = ("roll", "linkage", "rules")
MILLION = 1_000_000


def _measures() -> dict[str, Measure]:
    # Imported late: Django must be set up before.
    from tests.bench import desk, explain, guard, linkage, pages, register, roll

    return {
        "roll": lambda folder, chosen: roll.bench_roll(folder, chosen.people),
        "linkage": lambda folder, chosen: linkage.bench_linkage(folder, chosen.people),
        "rules": _rules,
        "explain": lambda folder, chosen: explain.bench_explain(folder, chosen.people),
        "guard": lambda folder, chosen: guard.bench_guard(folder),
        "register": lambda folder, chosen: register.bench_register(folder, chosen.rows or MILLION, chosen.people),
        "desk": lambda folder, chosen: desk.bench_desk(folder, chosen.rows or desk.APPLICANTS),
        "pages": lambda folder, chosen: pages.bench_pages(folder, chosen.rows or MILLION),
        "scale": _scale,
    }


def _rules(folder: Path, chosen: Namespace) -> None:
    from tests.bench import explain, rules

    rules.bench_rules(folder, chosen.rows or MILLION)
    explain.bench_explain(folder / "county", chosen.people)
    _scale(folder / "scale", chosen)


def _scale(folder: Path, chosen: Namespace) -> None:
    from tests.bench import scale

    folder.mkdir(exist_ok=True)
    people = chosen.rows or MILLION
    # PostgreSQL is written to at the size the target names; beyond it, the files alone.
    scale.bench_scale(folder, people, stores=people <= MILLION, where=chosen.where)


def main() -> None:
    """Run the measures that were asked for."""
    options = argparse.ArgumentParser(prog="./run bench")
    options.add_argument(
        "measures",
        nargs="*",
        metavar="MEASURE",
        help="roll, linkage, rules (these if left out; rules has explain and scale in it), explain, register, scale,"
        " guard, pages, desk",
    )
    options.add_argument("--people", type=int, default=20_000, help="migrants in the synthetic county")
    options.add_argument(
        "--rows",
        type=int,
        default=None,
        help="rows of rules and register, people of scale: 1,000,000 if left out; people of desk: 400",
    )
    options.add_argument("--where", action="store_true", help="scale: tell how long each statement took")
    chosen = options.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tongdeng.config.settings.test", "TONGDENG_UNSAFE_FAST": ""}
    import django

    from tests.databases import stop_server

    try:
        django.setup()
        known = _measures()
        unknown = [name for name in chosen.measures if name not in known]
        if unknown:
            options.error(f"{', '.join(unknown)}: not one of {', '.join(known)}")
        say_machine()
        for name in chosen.measures or USUAL:
            with tempfile.TemporaryDirectory() as folder:
                known[name](Path(folder), chosen)
    finally:
        stop_server()
