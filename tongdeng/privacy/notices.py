"""law/notices/: what people are told, in dated versions."""

from datetime import date
from functools import lru_cache

import yaml
from django.conf import settings

from tongdeng.kernel.errors import Text
from tongdeng.privacy.types import Notice, Section


@lru_cache(maxsize=1)
def known() -> dict[str, tuple[Notice, ...]]:
    """Return every version of every notice, the oldest first."""
    found = {}
    for path in sorted((settings.TONGDENG_LAW / "notices").glob("*.yaml")):
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        found[path.stem] = tuple(
            Notice(
                path.stem, str(version["version"]), version["from"], Text(**said["title"]),
                tuple(Section(Text(**part["title"]), Text(**part["text"])) for part in version["sections"]),
            )
            for version in said["versions"]
        )  # fmt: skip
    return found


def in_force(name: str, day: date) -> Notice:
    """Return the version of a notice that holds on a day."""
    return [one for one in known()[name] if one.from_on <= day][-1]


def of_version(name: str, version: str) -> Notice | None:
    """Return one version of a notice, an old one too."""
    return next((one for one in known().get(name, ()) if one.version == version), None)
