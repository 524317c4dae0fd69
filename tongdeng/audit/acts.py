"""The words of every code, from law/codes/acts.yaml."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings

from tongdeng.audit.types import Act
from tongdeng.kernel.errors import Text

KINDS = ("view", "list", "search", "export", "change", "derive", "rights", "system")


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    path = settings.TONGDENG_LAW / "codes" / "acts.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.exists() else {"acts": {}, "purposes": {}}


@lru_cache(maxsize=1)
def known() -> Mapping[str, Act]:
    """Return every act that has words, by its code."""
    return {
        code: Act(code, kind, Text(one["zh"], one["en"]))
        for kind, acts in _file()["acts"].items()
        for code, one in acts.items()
    }


@lru_cache(maxsize=1)
def purposes() -> Mapping[str, Text]:
    """Return every purpose that has words."""
    return {name: Text(one["zh"], one["en"]) for name, one in _file()["purposes"].items()}


@lru_cache(maxsize=1)
def reasons() -> Mapping[str, Mapping[str, Text]]:
    """Return the reasons that some acts ask for, by the act's code."""
    return {
        code: {name: Text(one["zh"], one["en"]) for name, one in given.items()}
        for code, given in _file().get("reasons", {}).items()
    }


def act(code: str) -> Act:
    """Return a code's words; one without any, from a newer version of the program, speaks for itself."""
    return known().get(code) or Act(code, "system", Text(code, code))


def purpose(name: str) -> Text:
    """Return a purpose's words."""
    return purposes().get(name) or Text(name, name)


def folded() -> list[str]:
    """Return the codes that a resident reads once a day."""
    return sorted(code for code, one in known().items() if one.is_folded)
