"""What pages and scripts never do, whoever writes the next one."""

import re
from pathlib import Path

import pytest

SITES = Path("tongdeng/sites")
TEMPLATES = sorted(SITES.rglob("*.html"))
SCRIPTS = sorted(path for path in SITES.rglob("*.js") if "dist" not in path.parts)
VIEWS = sorted(SITES.rglob("*.py"))
# The one place where markup is called safe writes its own words or formats values by Django's escaping.
WRITES_MARKUP = {SITES / "shell" / "templatetags" / "shell.py"}
UNSAFE_IN_TEMPLATES = {
    "a value is written without escaping": r"\|\s*safe\b|autoescape\s+off",
    "a script stands in the page": r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))",
    "a style stands in the page": r"<style\b|\sstyle=",
    "a handler stands in the page": r"\son[a-z]+=\"",
    "something is loaded from elsewhere": r"(?:src|href|action)=\"(?:https?:)?//",
    "an address runs a script": r"(?:src|href)=\"(?:javascript|data):",
}
UNSAFE_IN_SCRIPTS = {
    "text becomes markup": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment",
    "text becomes code": r"\beval\(|new Function|setTimeout\(\s*[\"'`]",
    "a window of another origin is listened to": r"postMessage|addEventListener\(\s*[\"']message",
    "people are kept in the browser": r"sessionStorage|indexedDB|document\.cookie\s*=",
}


def found(path: Path, patterns: dict[str, str]) -> list[str]:
    """Return what a file does that it must not."""
    text = path.read_text(encoding="utf-8")
    return [fault for fault, pattern in patterns.items() if re.search(pattern, text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_escapes_all_and_loads_its_own_things_only(path):
    assert found(path, UNSAFE_IN_TEMPLATES) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_a_script_writes_text_and_keeps_nobody(path):
    assert found(path, UNSAFE_IN_SCRIPTS) == []


def test_only_the_choice_about_keys_stays_in_the_browser():
    keeps = {path.name for path in SCRIPTS if "localStorage" in path.read_text(encoding="utf-8")}
    assert keeps <= {"keys.js"}


@pytest.mark.parametrize("path", VIEWS, ids=str)
def test_a_view_writes_no_markup_and_knows_where_a_value_comes_from(path):
    text = path.read_text(encoding="utf-8")
    assert path in WRITES_MARKUP or "mark_safe" not in text
    # A value is read from the address or from the form; what is in neither may not come from the other.
    assert not re.search(r"POST\.get\([^)]*\)\s+or\s+request\.GET|GET\.get\([^)]*\)\s+or\s+request\.POST", text)


@pytest.mark.parametrize(
    ("patterns", "text"),
    [
        (UNSAFE_IN_TEMPLATES, "{{ name|safe }}"),
        (UNSAFE_IN_TEMPLATES, "<script>go()</script>"),
        (UNSAFE_IN_TEMPLATES, '<p style="color:red">'),
        (UNSAFE_IN_TEMPLATES, '<a href="javascript:go()">'),
        (UNSAFE_IN_TEMPLATES, '<img src="//elsewhere/x.png">'),
        (UNSAFE_IN_SCRIPTS, "box.innerHTML = name"),
        (UNSAFE_IN_SCRIPTS, "eval(name)"),
    ],
)
def test_each_of_these_is_found_where_it_stands(patterns, text, tmp_path):
    # Guards the tests above: a pattern that matches nothing would let everything pass.
    (tmp_path / "bad").write_text(text, encoding="utf-8")
    assert len(found(tmp_path / "bad", patterns)) == 1
