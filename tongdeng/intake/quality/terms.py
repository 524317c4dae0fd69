"""Reads law/quality.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Terms:
    """What the county counts as good data."""

    stale_after_days: int
    far_past_years: int
    conflicts: tuple[str, ...]
    needed: Mapping[str, tuple[str, ...]]
    recurring: Mapping[str, tuple[int, float]]  # column -> rows, share
    ages: tuple[int, ...]
    timely_days: int


@lru_cache(maxsize=1)
def terms() -> Terms:
    """Return the county's terms."""
    raw: dict[str, Any] = tomllib.loads((settings.TONGDENG_LAW / "quality.toml").read_text(encoding="utf-8"))
    return Terms(
        stale_after_days=raw["stale_after_days"], far_past_years=raw["far_past_years"],
        conflicts=tuple(raw["conflicts"]), needed={key: tuple(found) for key, found in raw["needed"].items()},
        recurring={key: (one["least"], one["share"]) for key, one in raw["recurring"].items()},
        ages=tuple(raw["age"]["within"]), timely_days=raw["age"]["timely"],
    )  # fmt: skip
