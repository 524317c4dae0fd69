"""Every public action writes one audit line; a reader never has to wonder whether it did."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

EXEMPT = {"audit"}
# What stands beside the acts without being one: how far an import has come; a word to the queue.
NO_ACTS = {"aside", "ask_for_job"}
ACTION_FILES = [
    path
    for path in sorted([*Path("tongdeng").glob("*/actions.py"), *Path("tongdeng").glob("*/actions/*.py")])
    if path.parts[1] not in EXEMPT and path.name != "__init__.py"
]


def public_names(path: Path) -> set[str] | None:
    """Return what a folder of actions gives out; None for a single file, which gives out all without underscore."""
    package = path.with_name("__init__.py")
    if path.name == "actions.py":
        return None
    imports = (node for node in ast.parse(package.read_text(encoding="utf-8")).body if isinstance(node, ast.ImportFrom))
    return {alias.name for node in imports for alias in node.names}


def actions(path: Path) -> Iterator[ast.FunctionDef]:
    names = public_names(path)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or node.name in NO_ACTS:
            continue
        if names is None or node.name in names:
            yield node


@pytest.mark.parametrize("path", ACTION_FILES, ids=str)
def test_every_action_is_audited(path):
    assert [node.name for node in actions(path) if "audit.record(" not in ast.unparse(node)] == []


@pytest.mark.parametrize("path", ACTION_FILES, ids=str)
def test_every_action_takes_keywords_only_and_says_by_whom(path):
    loose = [
        node.name
        for node in actions(path)
        if node.args.args or "by" not in {argument.arg for argument in node.args.kwonlyargs}
    ]
    assert loose == []


def test_there_are_actions_to_look_at():
    assert len([node for path in ACTION_FILES for node in actions(path)]) > 15
