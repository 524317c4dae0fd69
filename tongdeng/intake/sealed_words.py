"""What sealed rows say, in words: only the page of an open emergency asks for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongdeng.intake.formats import load_format, sources
from tongdeng.kernel.errors import Text

RECEIVED = Text("收到日期", "Received on")


def said(row: Mapping[str, Any]) -> Iterator[tuple[Text, str]]:
    """Yield (column, value) of a sealed row; columns nobody knows keep the header they came with."""
    labels = {
        column.key: Text(column.zh, column.en)
        for form in map(load_format, sources()) if form.is_sealed for column in form.columns if column.sealed
    }  # fmt: skip
    for key, label in labels.items():
        if row.get(key) not in (None, ""):
            yield label, str(row[key])
    for header, value in dict(row.get("extra") or {}).items():
        yield Text(str(header), str(header)), str(value)
    if row.get("received_on"):
        yield RECEIVED, str(row["received_on"])
