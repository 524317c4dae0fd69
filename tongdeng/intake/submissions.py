"""Judges a file that somebody outside sent: by itself and by the premises of its link, never by the register.

Nothing here asks whether anybody is known, so that neither the receipt nor the time it takes can tell.
"""

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongdeng.intake.errors import unusable
from tongdeng.intake.formats import load_format
from tongdeng.intake.links import Request
from tongdeng.intake.models import Link
from tongdeng.intake.reading import Limits, open_sheet
from tongdeng.intake.types import RowIn, Value
from tongdeng.intake.validation import Validator, matched_headers
from tongdeng.kernel.addresses import address_key, lies_at

# What a spreadsheet program would calculate; nobody's name or number begins so.
FORMULA = ("=", "@", "\t", "\r")
SMALL = Limits(csv_bytes=8 << 20, line_bytes=1 << 20, workbook_bytes=8 << 20, unpacked_bytes=64 << 20, cells=400_000)
EMPLOYED = "单位就业"
OUTSIDE = {"community_code": "premises.outside", "employer_code": "employer.other"}


@dataclass(frozen=True)
class Judged:
    """A readable file: its rows, those that could not be taken with codes, and the rest as a roll of its own."""

    rows: int
    unreadable: tuple[tuple[int, tuple[str, ...]], ...]
    roll: bytes  # empty: no row could be taken

    @property
    def taken(self) -> int:
        """Return how many rows go on."""
        return self.rows - len(self.unreadable)


def judge(
    data: bytes, name: str, *, link: Link, asked: Request, today: date, communities: Collection[str], most_rows: int
) -> Judged:
    """Return what came of a file. Raises UnusableInput where it cannot be read as such a list at all."""
    form = asked.reading()
    sheet = open_sheet(data, name=name, is_header=lambda row: len(form.match(row).known) > 1, limits=SMALL)
    with sheet:
        matching = matched_headers(form, sheet.headers, name)
        validator = Validator(form, sheet.headers, matching, today=today, communities=communities, services={})
        outside = premises(link)
        places = {column.key: at for at, column in matching.known.items()}
        out = io.StringIO()
        writer = csv.writer(out)
        source = load_format(asked.source)
        fills = _fills(link)
        writer.writerow([source.column(key).zh for key in (*asked.columns, *fills)])
        bad: list[tuple[int, tuple[str, ...]]] = []
        rows = 0
        for rows, cells in sheet.rows:
            if rows > most_rows:
                raise unusable("roll.too_large", name, f"> {most_rows}")
            row = validator.validate(rows, cells)
            codes = _codes(row, outside, [key for key in asked.may_stand if _is_said(cells, places.get(key))])
            if codes:
                bad.append((rows, codes))
                continue
            kept = (cells[places[key]] if places.get(key, len(cells)) < len(cells) else "" for key in asked.columns)
            writer.writerow([*kept, *fills.values()])
    roll = out.getvalue().encode() if rows > len(bad) else b""
    return Judged(rows, tuple(bad), roll)


def _is_said(cells: Sequence[str], place: int | None) -> bool:
    return place is not None and place < len(cells) and bool(cells[place].strip())


def _codes(row: RowIn, outside: Callable[[Mapping[str, Value]], str], said: Sequence[str]) -> tuple[str, ...]:
    """Return why a row cannot be taken. `said` are the columns about the premises in which it says something."""
    found = [finding.code for finding in row.errors]
    if any(cell.lstrip(" ").startswith(FORMULA) for cell in row.raw):
        found.append("cell.formula")
    # What names no community or employer that could be is not of these premises either.
    unreadable = [OUTSIDE.get(key, "") for key in said if key not in row.values]
    if not found and (code := next(filter(None, unreadable), "") or outside(row.values)):
        found.append(code)
    return tuple(dict.fromkeys(found))


def _fills(link: Link) -> dict[str, str]:
    """Return the columns that the link itself answers, so that nobody has to fill them in."""
    if link.kind == "tenants":
        return {"community_code": link.territory}
    known = {"employer_name": link.employer_name, "employer_code": link.employer_code, "employment_form": EMPLOYED}
    return {key: value for key, value in known.items() if value}


def premises(link: Link) -> Callable[[Mapping[str, Value]], str]:
    """Return what tells of a row's values why it is not of the link's premises; an empty text where it is."""
    if link.kind == "tenants":
        keys = [address_key(one) for one in link.addresses]

        def of_the_dwellings(values: Mapping[str, Value]) -> str:
            address = address_key(str(values.get("address", "")))
            is_here = values.get("community_code", link.territory) == link.territory
            return "" if is_here and (not keys or any(lies_at(address, key) for key in keys)) else "premises.outside"

        return of_the_dwellings

    name = address_key(link.employer_name)

    def of_the_employer(values: Mapping[str, Value]) -> str:
        other_name = "employer_name" in values and name and address_key(str(values["employer_name"])) != name
        other_code = "employer_code" in values and link.employer_code not in ("", values["employer_code"])
        return "employer.other" if other_name or other_code else ""

    return of_the_employer
