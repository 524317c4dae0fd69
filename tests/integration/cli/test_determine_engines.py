"""`determine --engine`: whoever judges, the same windows stand in the register."""

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.databases import SmallCounty, open_small_county, owner_here
from tongdeng.cli import figures
from tongdeng.owed import judged
from tongdeng.owed.models import Window

Windows = list[tuple[Any, ...]]
COLUMNS = ", ".join(f'"{field.column}"' for field in Window._meta.concrete_fields if not field.primary_key)
# Two evaluated days of this year: Spark plans longer than it judges.
DAY = "2026-01-15"


@pytest.fixture
def windows(
    small_county: SmallCounty, tongdeng: Callable[..., subprocess.CompletedProcess[str]]
) -> Callable[..., Windows]:
    """Determine a county in which nobody is determined yet, and return what the register holds then, of everybody."""

    def after(*words: str) -> Windows:
        open_small_county()
        done = tongdeng("determine", "--as-of", DAY, "--json", *words)
        assert done.returncode == 0, done.stderr + done.stdout
        with owner_here() as owner:
            owner.execute("ALTER TABLE owed_window NO FORCE ROW LEVEL SECURITY")
            return owner.execute(f"SELECT {COLUMNS} FROM owed_window ORDER BY {COLUMNS}").fetchall()

    return after


def test_the_plain_reference_leaves_the_windows_that_are_there_without_the_option(
    windows: Callable[..., Windows],
) -> None:
    assert windows() == windows("--engine", "duckdb") == windows("--engine", "memory") != []


@pytest.mark.spark
def test_a_cluster_leaves_the_windows_that_are_there_without_the_option(windows: Callable[..., Windows]) -> None:
    assert windows() == windows("--engine", "spark") != []


class JudgedError(Exception):
    """Instead of an answer."""


@pytest.mark.parametrize(("named", "asked"), [({}, []), ({"engine": "memory"}, ["memory"])], ids=["none", "memory"])
def test_the_engine_that_is_named_is_the_one_that_judges(
    named: dict[str, str], asked: list[str], small_county: SmallCounty, job_login: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Guards the tests above: were the option passed over, the windows would be the same as well.
    seen = []

    def judging(engine: str, beside: object) -> Any:
        seen.append(engine)
        raise JudgedError

    monkeypatch.setattr(judged, "asking", judging)
    with job_login("determine"):
        try:
            figures.determine(as_of=DAY, as_json=True, **named)
        except JudgedError:
            assert asked
    assert seen == asked
