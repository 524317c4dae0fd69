"""Reads law/access.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Matrix:
    """Which post may see which confidentiality domains, and which table belongs to which."""

    posts: dict[str, str]  # post kind -> domain letters
    personal: dict[str, str]  # table -> domain letter, or `row` where each row names its own
    services: dict[str, str]  # service code or bureau -> domain of what is recorded about it
    plain: dict[str, str]  # table without personal data -> verbs the working roles have
    care: dict[str, dict[str, str]]  # table of the sealed schema -> login -> verbs and columns


def read(path: Path) -> Matrix:
    """Return the matrix; a table named in both parts is an error."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    both = raw["personal"].keys() & raw["plain"].keys()
    if both:
        raise ValueError(f"{path}: both personal and plain: {', '.join(sorted(both))}")
    return Matrix(**{part: raw[part] for part in ("posts", "personal", "services", "plain", "care")})
