"""Reads law/access.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Purpose:
    """A purpose that opens some tables in the whole county for reading, and closes everything else."""

    posts: tuple[str, ...]  # the kinds of post that may act for it
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Which post may see which confidentiality domains, and which table belongs to which."""

    posts: dict[str, str]  # post kind -> domain letters
    personal: dict[str, str]  # table -> domain letter, or `row` where each row names its own
    services: dict[str, str]  # service code or bureau -> domain of what is recorded about it
    plain: dict[str, str]  # table without personal data -> verbs the working roles have
    purposes: dict[str, Purpose]  # purposes narrower than a post's own reach
    care: dict[str, dict[str, str]]  # table of the sealed schema -> login -> verbs and columns


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
    return Matrix(**{part: raw[part] for part in ("posts", "personal", "services", "plain", "care")}, purposes=purposes)
