"""law/processing.toml: what is done with people's data, why, by which law, in which tables, how long, for whom."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from tongdeng.kernel.errors import Text


@dataclass(frozen=True)
class Activity:
    """One kind of processing. `optional`: "", "consent" (only after a yes) or "objection" (until a no)."""

    code: str
    name: Text
    why: Text
    purposes: tuple[str, ...]  # as the signed context names them
    basis: str
    clause: Text
    domains: str
    tables: tuple[str, ...]
    kept: Text
    recipients: Text
    optional: str = ""
    notice: str = ""


@lru_cache(maxsize=1)
def activities() -> dict[str, Activity]:
    """Return every kind of processing by its code."""
    raw = tomllib.loads((settings.TONGDENG_LAW / "processing.toml").read_text(encoding="utf-8"))
    return {code: _activity(code, said) for code, said in raw["activities"].items()}


def _activity(code: str, said: dict[str, object]) -> Activity:
    def text(key: str) -> Text:
        both = said[key]
        assert isinstance(both, dict)  # noqa: S101  a test reads every entry
        return Text(both["zh"], both["en"])

    def words(key: str) -> tuple[str, ...]:
        listed = said.get(key, ())
        return tuple(listed) if isinstance(listed, list) else ()

    return Activity(
        code=code, name=text("name"), why=text("why"), purposes=words("purposes"), basis=str(said["basis"]),
        clause=text("clause"), domains=str(said["domains"]), tables=words("tables"), kept=text("kept"),
        recipients=text("recipients"), optional=str(said.get("optional", "")), notice=str(said.get("notice", "")),
    )  # fmt: skip


def optional() -> list[Activity]:
    """Return what people may say yes or no to without any service hanging on it."""
    return [one for one in activities().values() if one.optional]


def purpose_text(purpose: str) -> Text:
    """Return what a purpose of the signed context is called."""
    found = next((one.name for one in activities().values() if purpose in one.purposes), None)
    return found or Text(purpose, purpose)
