"""What may be wrong with the workbook that starts a county."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongdeng.kernel.errors import NOTHING, Text, UnusableInput


@dataclass(frozen=True)
class CellFault:
    """One thing wrong with one cell. `row` is the spreadsheet's own number; 0 is the sheet as a whole."""

    sheet: str
    row: int
    column: str
    code: str
    fact: Text
    remedy: Text = NOTHING

    def say(self, lang: str = "zh") -> str:
        """Return where, what and the way out as one line."""
        row = Text(f"第 {self.row} 行", f"row {self.row}").say(lang) if self.row else ""
        where = " ".join(filter(None, (self.sheet, row, self.column)))
        told = (f"{where}: {self.fact.say(lang)}", self.remedy.say(lang))
        return ("; " if lang == "en" else "。").join(filter(None, told))

    def as_json(self, lang: str = "zh") -> dict[str, str | int]:
        """Return the fault as `--json` lists it."""
        return {
            "sheet": self.sheet, "row": self.row, "column": self.column, "code": self.code,
            "message": self.fact.say(lang), "remedy": self.remedy.say(lang),
        }  # fmt: skip


class CountyFileFaulty(UnusableInput):
    """A workbook that cannot start or correct a county; every fault is named, and nothing was changed."""

    def __init__(self, faults: Sequence[CellFault], place: str) -> None:
        super().__init__(
            "org.county_file.faulty",
            Text(f"工作簿有 {len(faults)} 处问题，什么都没有改动", f"{len(faults)} faults; nothing was changed"),
            place=place,
            remedy=Text("按下面逐处更正后再试", "correct what is named below and try again"),
        )
        self.faults = tuple(faults)
