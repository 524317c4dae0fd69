"""A whole determination on an invented snapshot: in parts as at once, and answering as the plain engine does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.bench import scale
from tongdeng.owed import judged, windows
from tongdeng.rules import loader
from tongdeng.rules.engines import memory
from tongdeng.rules.model import Law, Verdict
from tongdeng.snapshots import extract, reader

PEOPLE = 300
TABLES = (
    "owed_window", "unknown_today", "answer_today", "home_kept", "counted_kept", "standing_kept", "tally_counted",
    "tally_unknown", "tally_settled", "tally_standing", "tally_people",
)  # fmt: skip
ANSWERS = {Verdict.YES: True, Verdict.NO: False, Verdict.UNKNOWN: None}


@pytest.fixture(scope="module")
def law() -> Law:
    return loader.load(Path("law"))


@pytest.fixture(scope="module")
def folder(law: Law, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented") / "snapshot"
    scale.invent(folder, PEOPLE, sorted(law.services))
    return folder


@pytest.fixture(scope="module")
def whole(law: Law, folder: Path) -> Iterator[Any]:
    link = determined(law, folder)
    yield link
    link.close()


def determined(law: Law, folder: Path) -> Any:
    link = reader.connect("1GB")
    reader.open_folder(link, folder, extract.TABLES)
    windows.determine(link, law, scale.AS_OF, scale.COUNTY, reader.parts(link, folder, extract.TABLES))
    return link


def summed(link: Any, table: str) -> list[tuple[Any, ...]]:
    """Return a table's rows, tallies added up: each part adds its own counts."""
    counts = {"tally_people": ("here", "unplaced"), "tally_settled": ("people",)}.get(table, ("pairs",))
    columns = [row[0] for row in link.execute(f"DESCRIBE {table}").fetchall()]
    listed = [f"sum({name})" if table.startswith("tally") and name in counts else f'"{name}"' for name in columns]
    return sorted(link.execute(f"SELECT {', '.join(listed)} FROM {table} GROUP BY ALL").fetchall(), key=repr)


@pytest.mark.parametrize("table", TABLES)
def test_people_taken_in_parts_have_the_results_of_all_at_once(table: str, whole: Any, parted: Any) -> None:
    assert summed(parted, table) == summed(whole, table) != []


@pytest.fixture(scope="module")
def parted(law: Law, folder: Path) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "PART", 70)
        link = determined(law, folder)
    yield link
    link.close()


def plainly(law: Law, link: Any) -> dict[tuple[int, str], tuple[bool | None, str]]:
    """Return what the plain engine says of each person and service today: the answer, and what is unknown."""
    rows = reader.rows(link, f"SELECT * FROM facts WHERE day = DATE '{scale.AS_OF}'")
    facts = [(str(row["n"]), {name: value for name, value in row.items() if name in law.facts}) for row in rows]
    return {
        (int(person), code): (ANSWERS[found.answer], ";".join(found.unknown))
        for person, code, found in memory.answers(law, scale.AS_OF, facts)
    }


def test_the_answers_of_masks_are_those_of_the_plain_engine(law: Law, whole: Any) -> None:
    rows = reader.rows(whole, "FROM answer_today")
    found = {(row["n"], code): value for row in rows for code, value in row.items() if code != "n"}
    assert found == {pair: answer for pair, (answer, _) in plainly(law, whole).items()}


def test_what_is_unknown_is_told_by_the_same_names(law: Law, whole: Any) -> None:
    rows = whole.execute("SELECT n, service::TEXT, missing FROM unknown_today JOIN service_number USING (s)").fetchall()
    plain = plainly(law, whole)
    assert rows
    assert [row for row in rows if plain[row[0], row[1]] != (None, row[2])] == []


@pytest.mark.parametrize("engine", ["memory", pytest.param("spark", marks=pytest.mark.spark)])
def test_another_engine_determines_the_same(
    engine: str, law: Law, folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    # Two evaluated days and one service in eight: Spark plans longer than it judges.
    law = replace(law, services={code: law.services[code] for code in sorted(law.services)[::8]})
    day, links = date(scale.AS_OF.year, 1, 15), []
    for ask in (windows.ask_in_bulk, judged.asking(engine, tmp_path)):
        links.append(reader.connect("1GB"))
        reader.open_folder(links[-1], folder, extract.TABLES)
        windows.determine(links[-1], law, day, scale.COUNTY, (), ask)
    for table in TABLES:
        assert summed(links[0], table) == summed(links[1], table) != [], table
    assert list(tmp_path.iterdir()) == []
