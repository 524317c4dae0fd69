"""Measures the targets of size and speed on this machine: `./run bench [rules] [roll] [linkage] [register] [scale]`.

Without a word all but `register` and `scale`: a million rows into the register, or a million people determined.

Each line stands beside a bare peer that runs in the same minute, so that a slow machine is not taken for slow code.
"""

import argparse
import os
import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

Measure = Callable[[Path, Namespace], None]  # it gets a folder of its own and the options
USUAL = ("roll", "linkage", "rules")


def _measures() -> dict[str, Measure]:
    # Imported late: Django must be set up before.
    from tests.bench import explain, linkage, register, roll, rules, scale

    return {
        "roll": lambda folder, chosen: roll.bench_roll(folder, chosen.people),
        "linkage": lambda folder, chosen: linkage.bench_linkage(folder, chosen.people),
        "rules": lambda folder, chosen: rules.bench_rules(folder, chosen.rows or 1_000_000),
        "explain": lambda folder, chosen: explain.bench_explain(folder, chosen.people),
        "register": lambda folder, chosen: register.bench_register(folder, chosen.rows or 1_000_000, chosen.people),
        # PostgreSQL is written to at the size the target names; beyond it, the files alone.
        "scale": lambda folder, chosen: scale.bench_scale(
            folder, chosen.rows or 1_000_000, stores=(chosen.rows or 1_000_000) <= 1_000_000
        ),
    }


def main() -> None:
    """Run the measures that were asked for."""
    options = argparse.ArgumentParser(prog="./run bench")
    options.add_argument(
        "measures",
        nargs="*",
        metavar="MEASURE",
        help="roll, linkage, rules (these if left out), register, explain, scale",
    )
    options.add_argument("--people", type=int, default=20_000, help="migrants in the synthetic county")
    options.add_argument(
        "--rows", type=int, default=None, help="rows of rules and register, people of scale; 1,000,000 if left out"
    )
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
        for name in chosen.measures or USUAL:
            with tempfile.TemporaryDirectory() as folder:
                known[name](Path(folder), chosen)
    finally:
        stop_server()
