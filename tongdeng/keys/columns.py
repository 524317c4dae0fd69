"""Reads the list of sealed and indexed columns."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from tongdeng.keys.types import Indexed, Root, Sealed


@lru_cache(maxsize=1)
def _listed() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


def sealed() -> list[Sealed]:
    """Return every table with sealed columns."""
    return [
        Sealed(
            table, Root(one.get("root", Root.REGISTER)), tuple(one["ids"]),
            None if one["domain"] == "row" else one["domain"], tuple(one["columns"]),
        )
        for table, one in _listed()["sealed"].items()
    ]  # fmt: skip


def indexed() -> list[Indexed]:
    """Return every column of blind indexes, in the order in which they are turned."""
    return [
        Indexed(
            one["table"], Root(one.get("root", Root.REGISTER)), one["domain"], one["column"],
            tuple((table, column) for table, column in one.get("follows", ())),
        )
        for one in _listed()["indexed"]
    ]  # fmt: skip


def inside() -> dict[str, dict[str, Any]]:
    """Return the tables in whose sealed values something is sealed with care's key."""
    return dict(_listed()["inside"])


def files() -> dict[str, str]:
    """Return the patterns of sealed files, each with its domain."""
    return dict(_listed()["files"])


def known() -> set[str]:
    """Return `table.column` of every column of bytes that is accounted for."""
    of_sealed = {f"{one.table}.{column}" for one in sealed() for column in one.columns}
    return of_sealed | {f"{one.table}.{one.column}" for one in indexed()} | set(_listed()["plain"])
