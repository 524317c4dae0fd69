"""The rows of a roll: repaired, kept with a warning, or rejected. Pure; knows no department by name.

Many rows are read column by column, and only those about which there may be something to say are judged one by one.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from tongdeng.intake import identifiers, quantities, values
from tongdeng.intake.delimited import Unreadable
from tongdeng.intake.errors import finding, unusable
from tongdeng.intake.formats import Column, Format, Matching
from tongdeng.intake.formats.rules import Draft, Surroundings, rules_for
from tongdeng.intake.types import RowIn, RowsIn
from tongdeng.intake.values import NOTE, WARNING, Memo, Parser, Plain, Reading, readings
from tongdeng.kernel.errors import Text
from tongdeng.people.types import Columns

# What is left of Chinese that was read in the wrong encoding and saved so: control characters, and marks of loss.
_GARBLED = re.compile("[\x80-\x9f\ufffd]|锟斤拷").search


def matched_headers(format: Format, headers: Sequence[str], place: str = "") -> Matching:
    """Fit the headers of a file to a format, or say why the file cannot be such a roll."""
    matching = format.match(headers)
    found = "、".join(header.strip() for header in headers[:20] if header.strip())[:300]
    if not matching.known and _GARBLED(found):
        raise unusable("roll.encoding", place, Text("表头是乱码", "the headers are garbled"))
    if not matching.known:
        raise unusable("roll.not_a_roll", place, found, remedy_shown=format.source)
    if matching.missing:
        zh = "、".join(column.zh for column in matching.missing) + f"（文件中有：{found}）"
        en = ", ".join(f"{column.zh} ({column.en})" for column in matching.missing) + f" (the file has: {found})"
        raise unusable("roll.columns_missing", place, Text(zh, en), remedy_shown=format.source)
    if matching.doubled:
        raise unusable("roll.columns_doubled", place, "；".join(" = ".join(words) for words in matching.doubled))
    return matching


class Validator:
    """Judges the rows of one file. Its parsers remember what they have read, so keep one per file."""

    def __init__(
        self,
        format: Format,
        headers: Sequence[str],
        matching: Matching | None = None,
        *,
        today: date,
        communities: Collection[str],
        services: Mapping[str, str],
        divisions: Collection[str] | None = None,
        ended: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`services` is code -> bureau; `divisions` today's six-digit codes, if the county keeps a list.

        `ended` are the communities and towns that are no more, with those of today that took over.
        """
        matching = matching or matched_headers(format, headers)
        self._width, self._headers = len(headers), [header.strip() for header in headers]
        parsers = _Parsers(today, frozenset(communities), frozenset(services), divisions, ended or {})
        names = {column.key: headers[index].strip() for index, column in matching.known.items()}
        self._names = names
        self._plan = [(i, column.key, parsers.for_column(column), column) for i, column in matching.known.items()]
        self._unknown = list(matching.unknown.items())
        self._defaults = [(c.key, c.default, _position(matching, c)) for c in format.columns if c.default is not None]
        self._rules = rules_for(Surroundings(format, services, names))

    def judge(self, pieces: Sequence[tuple[int, list[str]]]) -> RowsIn:
        """Return many rows, each as `validate` would: most good rows are never looked at one by one."""
        numbers, cells = [number for number, _ in pieces], [row for _, row in pieces]
        odd = {at for at, row in enumerate(cells) if len(row) != self._width or row.__class__ is Unreadable}
        even = [[""] * self._width if at in odd else row for at, row in enumerate(cells)] if odd else cells
        written = list(zip(*even, strict=True))
        columns = Columns(len(cells))
        if self._headers[0] in set(map(str.strip, written[0])):
            odd.update(at for at, cell in enumerate(written[0]) if cell.strip() == self._headers[0])
        for index, key, parser, _ in self._plan:
            columns[key] = values = parser.each(written[index])
            odd.update(readings(values))
        for key, default, position in self._defaults:
            places = written[position] if position is not None else [""] * len(cells)
            columns[key] = [v if cell.strip() else default for v, cell in zip(columns[key], places, strict=True)]
        for rule in self._rules:
            odd.update(rule.suspects(columns))
        extra = self._extra_of_each(written)
        return RowsIn(numbers, cells, columns, extra, self._told(sorted(odd), numbers, cells, columns, extra))

    def _extra_of_each(self, written: Sequence[Sequence[str]]) -> list[dict[str, str]]:
        if not self._unknown:
            return []
        names = [name for _, name in self._unknown]
        rows = zip(*(written[index] for index, _ in self._unknown), strict=True)
        return [{name: cell for name, cell in zip(names, row, strict=True) if cell} for row in rows]

    def _told(
        self, odd: Sequence[int], numbers: Sequence[int], cells: Sequence[list[str]], columns: Columns,
        extra: list[dict[str, str]],
    ) -> dict[int, RowIn]:  # fmt: skip
        """Judge these rows one by one, put their values into the columns, and return what there is to say."""
        told = {}
        for at in odd:
            row = self.validate(numbers[at], cells[at])
            for key in row.values.keys() - columns.keys():  # a claimed number
                columns[key] = [None] * columns.rows
            for key, column in columns.items():
                column[at] = row.values.get(key)
            if extra:
                extra[at] = row.extra
            if row.warnings or row.errors or row.notes:
                told[at] = row
        return told

    def validate(self, number: int, cells: list[str]) -> RowIn:
        """Return the row with its canonical values and everything there is to say about it."""
        if isinstance(cells, Unreadable):
            return RowIn(number, {}, {}, tuple(cells), errors=(cells.finding,))
        raw = tuple(cells)
        draft = Draft()
        if len(cells) != self._width:
            cells = self._fitted(cells, draft)
        if cells[0].strip() == self._headers[0] and [cell.strip() for cell in cells] == self._headers:
            return RowIn(number, {}, {}, raw, errors=(finding("", "row.header_again"),))
        found = draft.values
        for index, key, parser, column in self._plan:
            cell = cells[index]
            if cell:
                value = parser.read(cell)
                if isinstance(value, Reading):
                    self._settle(column, value, draft)
                elif value is not None:
                    found[key] = value
        for key, default, position in self._defaults:
            if position is None or not cells[position].strip():
                found[key] = default
        extra = {name: cells[index] for index, name in self._unknown if cells[index]} if self._unknown else {}
        for rule in self._rules:
            rule.judge(draft)
        if draft.notes or draft.warnings or draft.errors:
            return RowIn(number, found, extra, raw, tuple(draft.warnings), tuple(draft.errors), tuple(draft.notes))
        return RowIn(number, found, extra, raw)

    def _settle(self, column: Column, reading: Reading, draft: Draft) -> None:
        name = self._names[column.key]
        for grade, code, said in reading.problems:
            shown = "…" if column.sealed and said else said  # findings are kept in clear
            if grade == NOTE:
                draft.notes.append(finding(name, code, shown))
            elif grade == WARNING or not column.rejects:
                draft.warnings.append(finding(name, code, shown))
            else:
                draft.errors.append(finding(name, code, shown, rejects=True))
        if reading.value is not None:
            draft.values[column.claimed_key if reading.claimed else column.key] = reading.value

    def _fitted(self, cells: list[str], draft: Draft) -> list[str]:
        """Return the cells at the width of the headers. Filled cells beyond it mean that columns have shifted."""
        surplus = sum(1 for cell in cells[self._width :] if cell.strip())
        if surplus:
            draft.errors.append(finding("", "row.surplus", str(surplus)))
        return [*cells[: self._width], *[""] * (self._width - len(cells))]


def _position(matching: Matching, column: Column) -> int | None:
    return next((index for index, known in matching.known.items() if known is column), None)


class _Parsers:
    """Makes the parser of a column from its type and what the county knows."""

    def __init__(
        self, today: date, communities: frozenset[str], services: frozenset[str], divisions: Collection[str] | None,
        ended: Mapping[str, Sequence[str]],
    ) -> None:  # fmt: skip
        self.today = today
        self.ended = ended
        self.communities = communities
        self.services = services
        self.knows = identifiers.division_judge(divisions)

    def for_column(self, column: Column) -> Parser:
        """Return a fresh parser: what one column has read is of no use to another."""
        make: Callable[[Column], Parser] = getattr(self, f"_{column.type}")
        return make(column)

    def _name(self, column: Column) -> Parser:
        return values.name_parser()

    def _text(self, column: Column) -> Parser:
        return values.text_parser()

    def _choice(self, column: Column) -> Parser:
        return values.choice_parser(column.choices, strict=column.if_invalid == "reject")

    def _date(self, column: Column) -> Parser:
        return quantities.date_parser(self.today, may_be_future=column.may_be_future, personal=column.personal)

    def _count(self, column: Column) -> Parser:
        return quantities.count_parser(column.max)

    def _year(self, column: Column) -> Parser:
        return quantities.year_parser(self.today)

    def _decimal(self, column: Column) -> Parser:
        return Memo(quantities.read_decimal)

    def _money(self, column: Column) -> Parser:
        return Memo(quantities.read_money)

    def _id_number(self, column: Column) -> Parser:
        return identifiers.IdNumbers(self.today, self.knows)

    def _phone(self, column: Column) -> Parser:
        return identifiers.phone_parser()

    def _code(self, column: Column) -> Parser:
        return Plain(identifiers.read_code)

    def _credit_code(self, column: Column) -> Parser:
        return Memo(identifiers.read_credit_code)

    def _division(self, column: Column) -> Parser:
        return identifiers.division_parser(self.knows)

    def _community(self, column: Column) -> Parser:
        return identifiers.listed_parser(self.communities, "community.unknown", ended=self._ended_communities())

    def _ended_communities(self) -> dict[str, Sequence[str]]:
        return {code: followers for code, followers in self.ended.items() if not code.endswith("000")}

    def _place(self, column: Column) -> Parser:
        towns = {code[:9] + "000" for code in self.communities}
        return identifiers.listed_parser(self.communities | towns, "place.unknown", pads=True, ended=self.ended)

    def _service(self, column: Column) -> Parser:
        return identifiers.listed_parser(self.services, "service.unknown")
