"""What may be wrong with the workbook that starts a county."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongdeng.kernel.errors import NOTHING, Text, TongdengError, UnusableInput


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
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.fact.say(lang),
            "remedy": self.remedy.say(lang),
        }


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


# By what the database refused with: the code its function raised, or the constraint that was broken.
REFUSALS = {
    "org.right.not_your_task": Text("您的岗位不能做这件事。", "Your post may not do this."),
    "org.right.decided_already": Text("这项提议已经有了结果。", "This proposal has been decided already."),
    "org.right.unknown": Text("没有这种岗位或者这个区划。", "There is no such kind of post or no such division."),
    "org.right.none": Text("这个人现在没有岗位。", "This person holds no post now."),
    "org_right_proposal_not_for_oneself": Text(
        "不能给自己提议权限，请另一位安全管理员提出。",
        "Nobody may propose a right for themselves; ask another security administrator.",
    ),
    "org_right_proposal_second_person": Text(
        "提议的人和权限所属的人都不能批准，请另一个人来。",
        "Neither who proposed it nor whose right it is may decide; a different person must.",
    ),
    "org_right_proposal_one_open": Text(
        "这个人已有一项等待批准的提议。", "A proposal about this person is waiting to be decided already."
    ),
    "org_staff_login_key": Text("这个登录名已经有人用了。", "Somebody has this sign-in name already."),
    "connect.system.no_sign_in": Text(
        "这是部门系统的账号，谁也不能用它登录。", "This is a department's system: nobody signs in with its account."
    ),
    "org.account.not_your_task": Text("您的岗位不能做这件事。", "Your post may not do this."),
}


class RightRefused(TongdengError):
    """The database refused a change of somebody's right or account; nothing was changed."""

    def __init__(self, code: str) -> None:
        refused = Text("数据库没有允许这项改动。", "The database did not allow this change.")
        super().__init__(code or "org.right.refused", REFUSALS.get(code, refused))
