"""Every code that the program writes into the record of acts, and every purpose, has words a resident can read."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tongdeng.audit import acts

FILES = sorted(Path("tongdeng").rglob("*.py"))
# Written by SQL alone.
BY_THE_DATABASE = {"audit.entries.retired"}


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                yield path, node, called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def strings(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def codes() -> Iterator[tuple[str, str]]:
    """Yield each code with the file that writes it: given to `record`, or to an export as its `audit_code`."""
    for path, call, name in calls():
        found = [call.args[0]] if name == "record" and call.args else []
        found += [keyword.value for keyword in call.keywords if keyword.arg == "audit_code"]
        for node in found:
            for code in strings(node):
                if code.count(".") == 2:
                    yield code, str(path)


def purposes() -> Iterator[tuple[str, str]]:
    """Yield each purpose that a command, a job or a page acts for, where it stands as a plain word."""
    for path, call, name in calls():
        if isinstance(call.func, ast.Attribute):
            continue  # `app.command("verify")` is no actor
        found = [call.args[0]] if name in {"command", "job", "Actor"} and call.args else []
        if name in {"Actor", "command", "job", "replace"}:
            found += [keyword.value for keyword in call.keywords if keyword.arg == "purpose"]
        for node in found:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, str(path)


def test_every_code_has_words():
    assert {code: file for code, file in codes() if code not in acts.known()} == {}


def test_every_purpose_has_words():
    assert {name: file for name, file in purposes() if name not in acts.purposes()} == {}


def test_the_codes_are_found():
    # Guards the tests above: they would hold for an empty list as well.
    found = {code for code, _ in codes()}
    assert {"people.person.viewed", "owed.list.exported", "intake.roll.taken_in", "org.staff.signed_in"} <= found
    assert {"install", "sign_in", "retention"} <= {name for name, _ in purposes()}


def test_no_words_are_left_of_a_code_that_is_gone():
    everywhere = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    assert [code for code in acts.known() if f'"{code}"' not in everywhere and code not in BY_THE_DATABASE] == []
