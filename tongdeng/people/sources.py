"""What each source is, as data: whose it is, in which domain its rows lie, and which spells they tell of.

A roll describes itself in its own folder, which a package above hands down through `describe`; sources that are no
rolls stand in law/sources.toml. No code knows a roll by name.
"""

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

from tongdeng.kernel.errors import Text
from tongdeng.people.types import Source

_described: list[Callable[[], Mapping[str, Source]]] = []


def describe(read: Callable[[], Mapping[str, Source]]) -> None:
    """Let a package above say which further sources there are."""
    _described.append(read)
    known.cache_clear()


@lru_cache(maxsize=1)
def law() -> dict[str, Any]:
    """Return law/sources.toml: who is believed, and the sources that are no rolls."""
    return tomllib.loads((settings.TONGDENG_LAW / "sources.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def known() -> Mapping[str, Source]:
    """Return every source by name."""
    found = {name: _source(name, said) for name, said in law()["sources"].items()}
    for read in _described:
        found |= read()
    return found


def _source(name: str, said: Mapping[str, Any]) -> Source:
    return Source(
        name=name,
        bureau=said["bureau"],
        domain=said["domain"],
        title=Text(said["zh"], said["en"]),
        short=Text(**said["short"]),
        makes=frozenset(said.get("makes", ())),
        spell=tuple(said.get("spell", ())),
        stay_rank=said.get("stay_rank", 0),
        shown_to=said.get("shown_to", ""),
    )


def ranks_of(attribute: str) -> dict[str, int]:
    """Return the rank of every source that may state an attribute; 0 is believed most.

    Whom the law does not name for it, though its own folder gives it, is believed least.
    """
    equals = law()["attributes"].get(attribute, [])
    order = {source: rank for rank, names in enumerate(equals) for source in names}
    for name, source in known().items():
        if attribute in source.gives:
            order.setdefault(name, len(equals))
    return order
