"""Reads a file of changes, CSV or XLSX like every roll, into planned lines; what cannot be read is a fault."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tongdeng.intake.errors import unusable
from tongdeng.intake.formats.loader import plain_header
from tongdeng.intake.quantities import date_parser
from tongdeng.intake.reading import open_sheet
from tongdeng.intake.values import Reading, tidied
from tongdeng.kernel.errors import Text
from tongdeng.org.exports import Fault, changes, fault

MOST_ROWS = 5_000
HEADERS: Mapping[str, tuple[str, ...]] = {
    "date": ("日期", "生效日期", "变更日期", "date"),
    "kind": ("变更", "变更类型", "类型", "change"),
    "before": (changes.BEFORE, "原区划代码", "旧代码", "old code", "code before"),
    "after": (changes.AFTER, "新区划代码", "现代码", "new code", "code after"),
    "name_zh": (changes.NAME, "名称", "中文名称", "chinese name"),
    "name_en": ("english name", "英文名称", "英文名"),
    "words": (changes.WORDS, "地址", "小区或门牌", "划入范围", "addresses"),
    "note": ("说明", "备注", "文号", "note"),
}
REQUIRED = ("date", "kind", "before", "after")
_KNOWN = {plain_header(word): key for key, words in HEADERS.items() for word in words}
_SEPARATOR = re.compile(r"[、,，;；\n]+")


def read_changes(
    file: Path | bytes, *, county: str, today: date, name: str = ""
) -> tuple[list[changes.Planned], list[Fault]]:
    """Return the lines of a file and what cannot be read in it. Raises UnusableInput for what is no such file."""
    place = name or (file.name if isinstance(file, Path) else "")
    sheet = open_sheet(file, name=name, is_header=lambda row: len(_columns(row)) > 1)
    with sheet:
        columns = _columns(sheet.headers)
        missing = [HEADERS[key][0] for key in REQUIRED if key not in columns]
        if missing:
            raise unusable("divisions.columns_missing", place, "、".join(missing))
        lines: list[changes.Planned] = []
        faults: list[Fault] = []
        for number, cells in sheet.rows:
            if number > MOST_ROWS:
                raise unusable("roll.too_large", place, Text(f"超过 {MOST_ROWS} 行", f"over {MOST_ROWS} rows"))
            said = {key: tidied(cells[at])[0] if at < len(cells) else "" for key, at in columns.items()}
            lines += _lines(number, said, county, today, faults)
    return lines, faults


def _columns(headers: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        key = _KNOWN.get(plain_header(header))
        if key is not None:
            found.setdefault(key, at)
    return found


def _lines(row: int, said: Mapping[str, str], county: str, today: date, faults: list[Fault]) -> list[changes.Planned]:
    """Return the lines of one row: several where it names several codes before."""
    begun = len(faults)
    read = date_parser(today, may_be_future=True).read(said["date"])
    day = read.value if isinstance(read, Reading) else read
    kind = changes.KINDS.get(said["kind"].strip().lower())
    if day is None:
        faults.append(fault(row, "日期", "date.unreadable", said["date"]))
    if kind is None:
        faults.append(fault(row, "变更", "kind.unknown", said["kind"]))
    before = [_code(row, changes.BEFORE, text, county, faults) for text in _parts(said["before"])]
    after = [_code(row, changes.AFTER, text, county, faults) for text in _parts(said["after"])]
    if len(after) > 1:
        faults.append(fault(row, changes.AFTER, "code.unreadable", said["after"]))
    if len(faults) > begun or day is None or kind is None:
        return []
    return [
        changes.Planned(
            row=row, starts_on=date.fromisoformat(str(day)), kind=kind, before=one, after=after[0] if after else None,
            name_zh=said.get("name_zh", ""), name_en=said.get("name_en", ""),
            words=tuple(_parts(said.get("words", ""))), note=said.get("note", ""),
        )
        for one in (before or [None])
    ]  # fmt: skip


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATOR.split(text) if part.strip()]


def _code(row: int, column: str, text: str, county: str, faults: list[Fault]) -> str | None:
    code = text + "000" if re.fullmatch(r"[0-9]{9}", text) else text
    if not re.fullmatch(r"[0-9]{12}", code) or not code.startswith(county[:6]):
        faults.append(fault(row, column, "code.unreadable", text))
        return None
    return code
