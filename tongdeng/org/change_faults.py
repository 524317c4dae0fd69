"""What may be wrong with a file that changes the map."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongdeng.kernel.errors import Text, UnusableInput


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one row; rows count from 1, the header not counted. Row 0 is the file as a whole."""

    row: int
    column: str
    code: str
    text: Text
    remedy: Text

    def say(self, lang: str = "zh") -> str:
        """Return the fault as one line."""
        where = Text(f"第{self.row}行 {self.column}", f"row {self.row}, {self.column}") if self.row else Text("", "")
        stop = "。" if lang != "en" else ". "
        return stop.join(filter(None, (f"{where.say(lang)}: {self.text.say(lang)}", self.remedy.say(lang))))

    def as_json(self, lang: str = "zh") -> dict[str, str | int]:
        """Return the fault as `--json` prints it."""
        return {
            "row": self.row, "column": self.column, "code": self.code, "message": self.text.say(lang),
            "remedy": self.remedy.say(lang),
        }  # fmt: skip


class ChangesFaulty(UnusableInput):
    """A file of changes that cannot be planned; every fault is named, and nothing was changed."""

    def __init__(self, faults: Sequence[Fault], place: str) -> None:
        count = len(faults)
        super().__init__(
            "org.changes.faulty",
            Text(f"区划变更文件有 {count} 处问题，什么都没有改动", f"{count} faults in the file; nothing was changed"),
            place=place,
            remedy=Text("按下面逐行更正后再试", "correct the rows named below and try again"),
        )
        self.faults = tuple(faults)


# code: (fact, way out); `{shown}` is a code of the file.
FAULTS: dict[str, tuple[Text, Text]] = {
    "date.unreadable": (Text("“{shown}”不是日期", "“{shown}” is no date"), Text("写成 2027-01-01", "write 2027-01-01")),
    "kind.unknown": (
        Text("不认识的变更“{shown}”", "unknown kind of change “{shown}”"),
        Text(
            "可选：合并、拆分、改隶、改码、更名、新设、撤销",
            "choose among merge, split, move, recode, rename, establish, abolish",
        ),
    ),
    "code.unreadable": (
        Text("“{shown}”不是本县的 12 位代码", "“{shown}” is no 12-digit code of this county"),
        Text("乡镇以 000 结尾", "write all 12; a town's end in 000"),
    ),
    "code.missing": (Text("缺少代码", "the code is missing"), Text("填 12 位代码", "give the 12 digits")),
    "code.not_there": (
        Text("那一天没有代码为“{shown}”的区划", "no division has the code “{shown}” on that day"),
        Text("请对照现行区划", "compare it with the divisions of today"),
    ),
    "code.in_use": (
        Text("代码“{shown}”那一天另有所属", "the code “{shown}” belongs to another division on that day"),
        Text("换一个没有用过的代码；并入现有社区请用“合并”", "take a code never used, or use merge to join"),
    ),
    "code.used_before": (
        Text("代码“{shown}”以前用过", "the code “{shown}” was used before"),
        Text("撤销的代码不再启用，以免旧资料错认", "codes are not used again, so that old records stay clear"),
    ),
    "code.level": (
        Text("“{shown}”与原来不是同一级", "“{shown}” is of another level"),
        Text("社区对社区，乡镇对乡镇", "a community follows a community, a town a town"),
    ),
    "code.no_town": (
        Text("“{shown}”所属的乡镇那一天不存在", "the town of “{shown}” does not exist on that day"),
        Text("先用“新设”登记乡镇，或检查前 9 位", "establish the town in this file, or check the first 9 digits"),
    ),
    "code.clash": (
        Text("整镇划转后“{shown}”会重号", "moving the whole town would use “{shown}” twice"),
        Text("为这个社区单列一行，给出新代码", "give that community a row and a new code of its own"),
    ),
    "code.twice": (
        Text("“{shown}”同一天有几种变更", "“{shown}” has several changes on one day"),
        Text("同一区划同一天只能有一种变更", "a division may have one kind of change a day"),
    ),
    "name.missing": (
        Text("“{shown}”没有写新名称", "“{shown}” has no new name"),
        Text("填新名称", "give the name"),
    ),
    "merge.single": (
        Text("只有一个区划并入“{shown}”", "only one division goes into “{shown}”"),
        Text("一对一请用“改码”或“改隶”", "for one to one use recode or move"),
    ),
    "split.single": (
        Text("“{shown}”只拆出一个", "“{shown}” is split into one part only"),
        Text("每个去向写一行，其余的也写一行", "one row for each part, and one for the rest"),
    ),
    "split.rest": (
        Text("“{shown}”的拆分要有且只有一行不写地址", "one row of the split of “{shown}” must have no addresses"),
        Text("那一行收其余的人", "that row takes everybody else"),
    ),
    "split.town": (
        Text("乡镇“{shown}”不能直接拆分", "the town “{shown}” cannot be split as such"),
        Text("先“新设”乡镇，再把社区逐个“改隶”", "establish the new town and move its communities"),
    ),
    "words.unwanted": (
        Text("只有拆分才写地址", "addresses are for splits only"), Text("请删去", "take them out"),
    ),
    "abolish.community": (
        Text("社区“{shown}”不能没有去向", "the community “{shown}” must go somewhere"),
        Text("用“合并”写明并入哪里", "use merge and say into which"),
    ),
    "abolish.not_empty": (
        Text("乡镇“{shown}”那一天还有社区", "the town “{shown}” still has communities on that day"),
        Text("先把社区改隶到别处", "move its communities first"),
    ),
    "county.fixed": (
        Text("县本身的代码不能在这里改", "the county's own code cannot be changed here"),
        Text("更名可以", "a new name can"),
    ),
    "order.later": (
        Text("{shown} 已有更晚的变更", "a later change is known, for {shown}"),
        Text("先撤回计划中的，再按日期先后一起送", "withdraw what is planned and send all in order of their days"),
    ),
    "file.empty": (Text("没有一行变更", "no change in the file"), Text("至少写一行", "give at least one row")),
}  # fmt: skip


def fault(row: int, column: str, code: str, shown: str = "") -> Fault:
    """Return a fault in its words."""
    text, remedy = FAULTS[code]
    said = Text(text.zh.replace("{shown}", shown), text.en.replace("{shown}", shown))
    return Fault(row, column, f"org.change.{code}", said, remedy)
