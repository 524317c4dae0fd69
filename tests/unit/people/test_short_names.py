"""Short names of columns inside sealed rows: one for each, and nothing is read under another's name."""

import pytest

from tongdeng.intake.formats import load_format, sources
from tongdeng.kernel.keyring import DataKey, Ring
from tongdeng.keys import selectors as keys
from tongdeng.people import records
from tongdeng.people.short_names import SHORT, lengthened, shortened


def columns() -> set[str]:
    """Return the names under which a roll's row can say something."""
    every = [column for source in sources() for column in load_format(source).columns]
    return {column.key for column in every} | {column.claimed_key for column in every if column.type == "id_number"}


def test_every_column_of_every_roll_has_a_short_name_of_its_own():
    assert columns() - SHORT.keys() == set()
    assert len(set(SHORT.values())) == len(SHORT)


def test_no_short_name_is_the_name_of_a_column():
    assert set(SHORT.values()) & (SHORT.keys() | {"extra", "raw", "care"}) == set()


def test_a_row_is_read_as_it_was_written():
    row = {name: at for at, name in enumerate(sorted(columns()))} | {"extra": {"a": "甲"}, "own": 1}
    assert lengthened(shortened(row)) == row


def test_what_is_sealed_does_not_name_its_columns(monkeypatch: pytest.MonkeyPatch):
    own = Ring([DataKey("B", 1, bytes(32), True)])
    monkeypatch.setattr(keys, "ring", lambda *_: own)
    sealed = records.seal({"name": "王芳", "hukou_code": "990101"}, "B")
    assert b"hukou" not in records.provider().unseal("B", sealed)
    assert records.unseal(sealed, "B") == {"name": "王芳", "hukou_code": "990101"}
