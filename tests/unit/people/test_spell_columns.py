"""Spells made column by column are those made row by row."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongdeng.kernel.keyring import INNER, DataKey, Ring
from tongdeng.keys import selectors as keys
from tongdeng.people import caches, records, spell_columns, stays
from tongdeng.people.types import Columns, Statement

AT, AS_AT = datetime(2026, 11, 22, 18, tzinfo=UTC), date(2026, 11, 1)
TODAY = date(2026, 11, 23)
DAYS = st.none() | st.sampled_from(["2024-02-29", "2025-06-01", "2026-11-22", "2026-11-23", "2026-11-24", "2027-01-01"])
WORDS = st.none() | st.sampled_from(["990101001001", "赵春梅", "J99010100000001"])
DATED = (
    "arrived_on", "departed_on", "leased_from", "leased_until", "registered_on", "permit_issued_on",
    "permit_endorsed_on", "employed_from", "employed_until", "pension_enrolled_on", "work_injury_enrolled_on",
    "enrolled_on",
)  # fmt: skip
SAID = (
    "community_code", "address", "lodging", "stay_reason", "permit_number", "employment_form", "employer_name",
    "pension_type", "medical_type", "school", "school_stage", "grade", "guardian_name", "guardian_id_number",
    "lease_number",
)  # fmt: skip
NUMBERS = ("unemployment_months", "contribution_months")
ROWS = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(DATED, DAYS)
        | dict.fromkeys(SAID, WORDS)
        | {key: st.none() | st.integers(0, 9) for key in NUMBERS}
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture(autouse=True)
def ring(monkeypatch):
    """Give keys of the test's own: there is no database to read any from."""
    own = Ring([DataKey("key", 1, bytes(32), True), DataKey("key", INNER, bytes(32), False)])
    monkeypatch.setattr(keys, "ring", lambda *_: own)


def text(value):
    return None if value is None else str(value)


@pytest.mark.parametrize("source", ["police", "hrss", "education", "housing"])
@given(rows=ROWS)
def test_both_ways_tell_of_the_same_spells(source, rows):
    # A tenancy's row always has its place: the roll requires it.
    rows = [{**row, "community_code": row["community_code"] or "990101001001"} for row in rows]
    rows = [{**row, "address": row["address"] or "人民路1号"} for row in rows]
    said = Columns(len(rows), {key: [row[key] for row in rows] for key in rows[0]})
    common = spell_columns.Roll(source, AS_AT, AT)
    tables = caches.tables_of(source)
    assert tables
    columns = {table: spell_columns.BUILDERS[table](said, common) for table in tables}
    for at, row in enumerate(rows):
        values = {key: value for key, value in row.items() if value is not None}
        alone = stays.spells_of_one(Statement(0, source, values, AS_AT, None, AT, b""), tables)
        for table in tables:
            told = columns[table]
            assert bool(told.is_told[at]) == (table in alone)
            if table in alone:
                expected = dict(alone[table][0].values)
                found = {column: told.columns[column][at] for column in caches.SPELLS[table]}
                if "guardian_id_index" in found:
                    number = expected["guardian_id_number"]
                    assert found.pop("guardian_id_index") == (number and records.index(records.ID, number))
                assert {key: text(value) for key, value in found.items()} == {key: text(expected[key]) for key in found}
        if "stay" in tables:
            now = spell_columns.current_communities(columns["stay"], TODAY)[at]
            assert now == stays.current_community(alone.get("stay", ()), TODAY)
