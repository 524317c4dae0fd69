"""Reads law/access.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANYBODY = "anybody"


@dataclass(frozen=True)
class Purpose:
    """A purpose that opens some tables in the whole county for reading, and closes everything else."""

    posts: tuple[str, ...]  # the kinds of post that may act for it
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Resident:
    """What somebody may read and add about themselves, and what the functions that find them may look through."""

    reads: dict[str, str]  # table -> the column that names the person, or `record`
    adds: tuple[str, ...]
    changes: tuple[str, ...]  # what exactly, a trigger of the table says
    found_by: tuple[str, ...]
    agreed_by: tuple[str, ...]  # written by a function alone, by which somebody agrees to act for another
    proxied: dict[str, dict[str, str]]  # table -> how it belongs to what was entrusted -> by which column
    followed: tuple[str, ...]  # shown, by a function alone, to whoever has the number and the code of a case
    joined: dict[str, str]  # table -> the column of the package: how far its cases are, by a function alone

    @property
    def tables(self) -> set[str]:
        """Return every table named."""
        parts = (self.adds, self.changes, self.found_by, self.agreed_by, self.proxied, self.followed, self.joined)
        return {*self.reads, *(one for part in parts for one in part)}


@dataclass(frozen=True)
class Matrix:
    """Which post may see which confidentiality domains, and which table belongs to which."""

    posts: dict[str, str]  # post kind -> domain letters
    personal: dict[str, str]  # table -> domain letter; `row`, `desk`, `row+desk` where each row names its own
    services: dict[str, str]  # service code or bureau -> domain of what is recorded about it
    plain: dict[str, str]  # table without personal data -> verbs the working roles have
    purposes: dict[str, Purpose]  # purposes narrower than a post's own reach
    resident: Resident
    sealed_login: dict[str, str]  # table outside the sealed schema -> verbs of the login tongdeng_care
    care: dict[str, dict[str, str]]  # table of the sealed schema -> login -> verbs and columns
    api: dict[str, frozenset[str]]  # operation of /api/v1 -> kinds of post a system must hold to call it
    pages: dict[str, frozenset[str]]  # page -> kinds of post that may open it, ANYBODY where nobody need sign in


def _pages(raw: Mapping[str, Any], part: str) -> dict[str, frozenset[str]]:
    """Return the kinds of post of each page, or operation; it names groups or single kinds."""
    groups = {name: frozenset(kinds) for name, kinds in raw["groups"].items()}
    known = {ANYBODY: frozenset({ANYBODY}), **{kind: frozenset({kind}) for kind in raw["posts"]}, **groups}
    pages = {page: [said] if isinstance(said, str) else said for page, said in raw[part].items()}
    unknown = {name for said in pages.values() for name in said} - known.keys()
    unknown |= frozenset().union(*groups.values()) - raw["posts"].keys()
    if unknown:
        raise ValueError(f"[{part}] or [groups] name what is no kind of post: {', '.join(sorted(unknown))}")
    return {page: frozenset().union(*(known[name] for name in said)) for page, said in pages.items()}


def read(path: Path) -> Matrix:
    """Return the matrix; a table named in both parts is an error."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    both = raw["personal"].keys() & raw["plain"].keys()
    if both:
        raise ValueError(f"{path}: both personal and plain: {', '.join(sorted(both))}")
    purposes = {name: Purpose(tuple(one["posts"]), tuple(one["tables"])) for name, one in raw["purposes"].items()}
    unknown = {table for one in purposes.values() for table in one.tables} - raw["personal"].keys()
    unknown |= {post for one in purposes.values() for post in one.posts} - raw["posts"].keys()
    if unknown:
        raise ValueError(f"{path}: [purposes] names what is not in the matrix: {', '.join(sorted(unknown))}")
    own = raw["resident"]
    lists = {part: tuple(own[part]) for part in ("adds", "changes", "found_by", "agreed_by", "followed")}
    resident = Resident(dict(own["reads"]), proxied=dict(own["proxied"]), joined=dict(own["joined"]), **lists)
    if unknown := resident.tables - raw["personal"].keys():
        raise ValueError(f"{path}: [resident] names what is not personal: {', '.join(sorted(unknown))}")
    parts = {part: raw[part] for part in ("posts", "personal", "services", "plain", "sealed_login", "care")}
    return Matrix(**parts, purposes=purposes, pages=_pages(raw, "pages"), api=_pages(raw, "api"), resident=resident)
