"""Counts a roll while it is read: how full its columns are, what was warned of, how old its rows, what recurs."""

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import date
from itertools import compress

from tongdeng.access.exports import bulk
from tongdeng.intake.formats import Format
from tongdeng.intake.quality.terms import Terms, terms
from tongdeng.intake.types import RowIn, RowsIn

COLUMNS = ("batch_id", "source", "community", "kind", "code", "rows")
MOST_VALUES = 50_000  # distinct values remembered of one column; rarer ones are forgotten, so that memory stays flat
OLDER, UNDATED = "older", "none"


class Counter:
    """The counts of one roll. Feed it every block, rejected rows among them; `keep` writes them at the end."""

    def __init__(self, form: Format, *, as_at: date, county: str, by: Terms | None = None) -> None:
        self.form, self.as_at, self.county = form, as_at, county
        self.terms = by or terms()
        self.tally: Tally[tuple[str, str, str]] = Tally()  # community, kind, code
        self.values: dict[str, Tally[str]] = {key: Tally() for key in self.terms.recurring}
        self.rows = 0
        self._keys = {column.claimed_key: column.key for column in form.columns if column.type == "id_number"}
        self._columns = {column.key for column in form.columns}
        self._headers: dict[str, str] = {}
        self._ages: dict[str | None, str] = {}  # as many as there are days

    def add(self, rows: RowsIn, good: RowsIn) -> None:
        """Count one block, of which `good` may be stored; of a sealed bureau's roll nothing is counted here."""
        if self.form.is_sealed:
            return
        self.rows += len(good.numbers)
        self._add_columns(good, self._places(good))
        for at, row in rows.told.items():
            place = str(rows.columns["community_code"][at] or self.county)
            for finding in {(one.code, one.column) for one in row.warnings}:
                self._warn(place, row, *finding)
            for code in {one.code for one in row.errors}:
                self.tally[place, "rejected", code] += 1
        for key, seen in self.values.items():
            seen.update([value for value in rows.columns[key] if value is not None])
            if len(seen) > MOST_VALUES:
                self.values[key] = Tally({value: count for value, count in seen.items() if count > 1})

    def _places(self, rows: RowsIn) -> list[str]:
        codes = rows.columns["community_code"]
        return [code or self.county for code in codes] if None in codes else codes

    def _add_columns(self, rows: RowsIn, places: list[str]) -> None:
        everywhere, tally = Tally(places), self.tally
        for place, count in everywhere.items():
            tally[place, "rows", ""] += count
        for key, values in rows.columns.items():
            column = self._keys.get(key, key)
            if column in self._columns:
                # A zero says something too, though it is no more true than nothing.
                filled = [value is not None for value in values] if 0 in values else values
                for place, count in (Tally(compress(places, filled)) if None in values else everywhere).items():
                    tally[place, "filled", column] += count
        ages = map(self._age, self.form.row_date_of_each(rows.columns))
        for (place, age), count in Tally(zip(places, ages, strict=True)).items():
            tally[place, "age", age] += count

    def _warn(self, place: str, row: RowIn, code: str, header: str) -> None:
        self.tally[place, "warning", code] += 1
        key = self._key_of(header)
        claimed = next((claimed for claimed, column in self._keys.items() if column == key), "")
        if key and not row.errors and key not in row.values and claimed not in row.values:
            self.tally[place, "dropped", key] += 1

    def _key_of(self, header: str) -> str:
        if header not in self._headers:
            column = self.form.find(header) if header else None
            self._headers[header] = column.key if column else ""
        return self._headers[header]

    def _age(self, said: str | None) -> str:
        if said not in self._ages:
            self._ages[said] = UNDATED if said is None else self._band((self.as_at - date.fromisoformat(said)).days)
        return self._ages[said]

    def _band(self, days: int) -> str:
        return next((str(within) for within in self.terms.ages if days <= within), OLDER)

    def merge(self, other: "Counter") -> None:
        """Add what another process counted of the same roll."""
        self.tally.update(other.tally)
        self.rows += other.rows
        for key, seen in other.values.items():
            self.values[key].update(seen)

    def recurring(self) -> dict[str, int]:
        """Return for each column how many rows bear a value that recurs more often than people would have it."""
        found = {}
        for key, (least, share) in self.terms.recurring.items():
            enough = max(least, share * self.rows)
            count = sum(count for count in self.values[key].values() if count >= enough)
            if count:
                found[key] = count
        return found

    def lines(self, batch_id: int) -> Iterable[tuple[int, str, str, str, str, int]]:
        """Return the counts as rows of the table."""
        counted = {**self.tally, **{(self.county, "recurring", key): n for key, n in self.recurring().items()}}
        source = self.form.source
        return [(batch_id, source, place, kind, code, count) for (place, kind, code), count in counted.items() if count]

    def keep(self, batch_id: int) -> None:
        """Write the counts of a roll that is being taken in, in its own transaction. They name nobody."""
        bulk.insert("intake_quality", COLUMNS, self.lines(batch_id))
