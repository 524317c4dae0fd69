"""A database for one piece of work: what goes in comes out, memory is bounded, and nothing is left behind."""

import io
from contextlib import contextmanager
from pathlib import Path

from tongdeng.linkage.database import as_lines, as_table, load, opened

COLUMNS = {"n": "int64", "text": "string", "born_on": "date32", "is_so": "bool", "key": "binary"}


@contextmanager
def given(text: str):
    yield io.BufferedReader(io.BytesIO(text.encode()))


def spill(db) -> Path:
    """Return the folder that a database spills to."""
    return Path(db.execute("SELECT current_setting('temp_directory')").fetchall()[0][0])


def test_lines_are_read_as_the_server_writes_them():
    text = '1,"王,芳",1990-02-28,t,ab\n2,"",,f,\n3,,2000-02-29,,"he said ""no"""\n'
    with opened() as db:
        load(db, given(text), COLUMNS, "CREATE TABLE kept AS FROM given")
        found = db.execute("SELECT n, text, CAST(born_on AS VARCHAR), is_so, key FROM kept ORDER BY n").fetchall()
    assert found == [
        (1, "王,芳", "1990-02-28", True, b"ab"),
        (2, "", None, False, None),
        (3, None, "2000-02-29", None, b'he said "no"'),
    ]


def test_no_line_at_all_is_an_empty_table():
    with opened() as db:
        load(db, given(""), COLUMNS, "CREATE TABLE kept AS FROM given")
        assert db.execute("SELECT count(*) FROM kept").fetchall() == [(0,)]


def test_what_is_written_as_lines_is_read_back():
    written: list[bytes] = []
    with opened() as db:
        with as_table(db, "given", {"n": ("int64", [1, 2]), "text": ("string", ['a"b', None])}):
            assert as_lines(db.sql("FROM given ORDER BY n"), written.append) == 2
        load(db, given(b"".join(written).decode()), {"n": "int64", "text": "string"}, "CREATE TABLE kept AS FROM given")
        assert db.execute("FROM kept ORDER BY n").fetchall() == [(1, 'a"b'), (2, None)]


def test_more_than_fits_goes_to_a_folder_of_its_own_and_the_folder_goes_with_the_database():
    with opened(memory="40MB", threads=1) as db:
        folder = spill(db)
        assert folder.stat().st_mode & 0o077 == 0
        db.execute("CREATE TABLE many AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(2_000_000)")
        assert list(folder.iterdir())
    assert not folder.exists()


def test_a_fault_leaves_nothing_behind_either():
    opening = opened()
    folder = spill(opening.__enter__())
    assert not opening.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
    assert not folder.exists()
