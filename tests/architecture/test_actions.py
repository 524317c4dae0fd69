"""Every public action writes one audit line; a reader never has to wonder whether it did."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ACTION_FILES = sorted([*Path("tongdeng").glob("*/actions.py"), *Path("tongdeng").glob("*/actions/*.py")])
EXEMPT = {"audit"}
NO_ACTS = {"aside"}  # tells how far an import has come; the import itself is the act


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in NO_ACTS:
            yield node


@pytest.mark.parametrize("path", [path for path in ACTION_FILES if path.parts[1] not in EXEMPT], ids=str)
def test_every_action_is_audited(path):
    assert [node.name for node in public_functions(path) if "audit.record(" not in ast.unparse(node)] == []


@pytest.mark.parametrize("path", [path for path in ACTION_FILES if path.parts[1] not in EXEMPT], ids=str)
def test_every_action_takes_keywords_only_and_says_by_whom(path):
    loose = [
        node.name
        for node in public_functions(path)
        if node.args.args or "by" not in {argument.arg for argument in node.args.kwonlyargs}
    ]
    assert loose == []


def test_there_are_actions_to_look_at():
    assert len([node for path in ACTION_FILES for node in public_functions(path)]) > 10
