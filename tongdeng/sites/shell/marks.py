"""The marks of states and signals: shape first, then a word, then a colour."""

from typing import NamedTuple

from tongdeng.kernel.errors import Text


class Mark(NamedTuple):
    """`symbol` names the drawing, `tint` the colour class of the mark, `ground` that of a label around it."""

    symbol: str
    tint: str
    ground: str
    word: Text


MARKS = {
    "served": Mark("served", "served", "served", Text("已享受", "Received")),
    "owed": Mark("owed", "owed", "owed", Text("应享未享", "Owed")),
    "declined": Mark("declined", "declined", "", Text("告知后谢绝", "Declined after being told")),
    "unknown": Mark("unknown", "unknown", "unknown", Text("情况不明", "Not known")),
    "doing": Mark("doing", "doing", "doing", Text("正在办", "In progress")),
    "available": Mark("available", "doing", "", Text("可以申请", "Can apply")),
    "not_due": Mark("not-due", "not-due", "", Text("没到时间", "Not due yet")),
    "not_entitled": Mark("unmet", "unmet", "", Text("现在不符合", "Not entitled now")),
    "unmet": Mark("unmet", "unmet", "", Text("未满足", "Not met")),
    "offered": Mark("offered", "owed", "owed", Text("已告知", "Told, not confirmed")),
    "amber": Mark("amber", "amber", "amber", Text("预警", "Due soon")),
    "yellow": Mark("yellow", "", "yellow", Text("黄牌", "Yellow card")),
    "red": Mark("red", "", "red", Text("红牌", "Red card")),
    "suspended": Mark("pause", "", "", Text("中止，不计时", "Suspended, clock stopped")),
    "overdue": Mark("overdue", "late", "", Text("已过期", "Overdue")),
    "near": Mark("near", "", "", Text("相近", "Similar")),
    "lock": Mark("lock", "", "", Text("无权查看", "Not for this post")),
}
