"""The order in which the files of a whole run are handed to its workers: whatever is slow first, what is quick last.

A worker that gets a journey as the last file of all keeps the others waiting. What takes many seconds lies in these
folders; two browsers at once are slower and less steady than one beside something else, so they come in between.
"""

from itertools import groupby

import pytest

SLOW = ("access", "generative", "spec", "integration", "concurrency", "migrations")
QUICK = ("unit", "architecture")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the files for the workers; a run in one process stays in the order of its words."""
    if hasattr(config, "workerinput"):
        files = [list(found) for _, found in groupby(items, key=lambda item: item.nodeid.partition("::")[0])]
        items[:] = [item for file in ordered(files) for item in file]


def ordered(files: list[list[pytest.Item]]) -> list[list[pytest.Item]]:
    """Return the slow files with the browser's spread among them, and then the quick ones, larger ones first."""
    folder = {file[0].nodeid: file[0].nodeid.removeprefix("tests/").partition("/")[0] for file in files}
    files = sorted(files, key=lambda file: -len(file))
    browser, slow, quick = [], [], []
    for file in files:
        of = folder[file[0].nodeid]
        (browser if of == "browser" else quick if of in QUICK else slow).append(file)
    slow.sort(key=lambda file: SLOW.index(folder[file[0].nodeid]) if folder[file[0].nodeid] in SLOW else len(SLOW))
    step = len(slow) / max(len(browser), 1)
    places = [(at * step, 0, file) for at, file in enumerate(browser)] + [(at, 1, file) for at, file in enumerate(slow)]
    return [file for _, _, file in sorted(places, key=lambda place: place[:2])] + quick
