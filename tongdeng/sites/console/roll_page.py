"""Fills the pages about rolls from batches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tongdeng.intake import selectors as intake
from tongdeng.intake.exports import load_format, pace
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models.rolls import AdviceLine, RejectLine, RollLine, RollPage, Tally
from tongdeng.sites.shell.frame import Link, Pager, Progress

OPEN = ("waiting", "running")
PAGE = 50
SHOWN_ROWS = 8
NUMBERS = (
    ("accepted", Text("收下", "Accepted"), None),
    ("rejected", Text("退回", "Given back"), Text("改好可以再送", "to be corrected and sent again")),
    ("unchanged", Text("以前就有", "Known already"), Text("内容没有变", "nothing changed")),
    ("local", Text("本县户籍", "Registered here"), Text("只计数，不入册", "counted, not kept")),
    ("new_people", Text("新登记的人", "New people"), None),
    ("matched", Text("对上已有的人", "Matched"), Text("记到本人名下", "added to the person")),
    ("review", Text("待核对", "To be reviewed"), Text("可能与他人重复", "may be somebody already known")),
    ("warnings", Text("有提醒的行", "With a warning"), Text("已收下，请在来源处核对", "kept; check at the source")),
)
NO_PEOPLE = frozenset({"local", "new_people", "matched", "review"})
BY_COMMAND = Text("命令行", "the command line")
BY_LINK = Text("提交链接", "a submission link")
INTERRUPTED = Text(
    "导入途中断了（程序或机器停了），什么都没有改动。后台会在两分钟内自动从头再来；如果没有，请停止这一批，再送一次。",
    "The import broke off (the program or the machine stopped); nothing was changed. It starts over by itself within "
    "two minutes; if it does not, stop it and send the roll again.",
)
STATES = {"waiting": "running", "running": "running", "done": "done", "withdrawn": "withdrawn"}
FAILURES = {
    "cancelled": Text("导入途中停止了。需要时重新导入。", "It was stopped. Import it again when it is wanted."),
    "tried": Text("这一批只是试算，没有写入。", "This was a trial: nothing was written."),
}


def roll_line(batch: intake.Batch, senders: dict[int, str]) -> RollLine:
    """Return a batch as a line of the history."""
    counts = batch.counts or {}
    return RollLine(
        ref=str(batch.pk), url=f"/rolls/{batch.pk}/", source=load_format(batch.source).title, file=batch.file_name,
        as_at=batch.as_at, received_at=batch.received_at.astimezone(clock.CHINA),
        by=senders.get(batch.staff_id or 0, "") or (BY_LINK if intake.came_by_link(batch) else BY_COMMAND),
        state=STATES.get(batch.state, "failed"),
        rows=counts.get("rows", batch.rows_done), accepted=counts.get("accepted", 0),
        rejected=counts.get("rejected", 0),
    )  # fmt: skip


def pager(first: int, shown: int, total: int, url: str) -> Pager:
    """Return where a page of a list stands."""
    page = first // PAGE + 1
    return Pager(
        first + 1, first + shown, total,
        f"{url}?page={page - 1}" if page > 1 else "", f"{url}?page={page + 1}" if first + shown < total else "",
    )  # fmt: skip


def roll_page(batch: intake.Batch, senders: dict[int, str], first: int = 0) -> RollPage:
    """Return a batch's page: its progress, its failure, or its result."""
    line, base = roll_line(batch, senders), f"/rolls/{batch.pk}/"
    if batch.state in OPEN:
        return RollPage(
            line,
            Progress(batch.rows_done, batch.rows_total and max(batch.rows_total, batch.rows_done), 0, 0),
            f"{base}progress",
            stop_url=f"{base}stop",
            pace=_pace(batch, clock.now()),
            stage=_stage(batch),
        )
    if batch.state not in ("done", "withdrawn"):
        again = Link(Text("重新导入…", "Import again…"), "/rolls/new/")
        return RollPage(line, None, "", failure=_failure(batch), next_step=again)
    rows, total = intake.rejects_of(batch.pk, first=first, size=PAGE)
    return RollPage(
        line, None, "", tallies=_tallies(batch), advice=_advice(batch), rejects=_reject_lines(rows),
        rejects_url=f"{base}rejects.csv",
        pager=pager(first, len(rows), total, base) if total else Pager(0, 0, 0),
    )  # fmt: skip


def _pace(batch: intake.Batch, now: datetime) -> Text | None:
    if intake.is_interrupted(batch) or batch.begun_at is None:
        return None
    return pace(batch.rows_done, batch.rows_total, (now - batch.begun_at).total_seconds())


def _stage(batch: intake.Batch) -> Text | None:
    if intake.is_interrupted(batch):
        return INTERRUPTED
    if not batch.rows_done:
        return Text("已收到，等待开始。", "Received; it is about to begin.")
    if batch.rows_total is not None and batch.rows_done >= batch.rows_total:
        return Text("已全部查完，正在与登记册比对、写入。", "All rows are checked; they are being matched and written.")
    return None


def _failure(batch: intake.Batch) -> Text:
    said = batch.message or {}
    if batch.state in FAILURES or not said.get("zh"):
        return FAILURES.get(batch.state, Text("没有说明原因。", "No reason was given."))
    zh = "；".join(filter(None, (said["zh"], said.get("remedy_zh"))))
    return Text(f"{zh}。", f"{'; '.join(filter(None, (said['en'], said.get('remedy_en'))))}.")


def _tallies(batch: intake.Batch) -> tuple[Tally, ...]:
    has_people = bool(load_format(batch.source).subject)
    shown = [n for n in NUMBERS if has_people or n[0] not in NO_PEOPLE]
    rows = Tally(Text("行", "Rows"), batch.counts.get("rows", 0))
    return (rows, *(Tally(label, batch.counts.get(key, 0), note) for key, label, note in shown))


def _advice(batch: intake.Batch) -> tuple[AdviceLine, ...]:
    return tuple(
        AdviceLine(one["column"], Text(one["zh"], one["en"]), one["times"], _rows(one), one["is_warning"])
        for one in (batch.message or {}).get("advice", ())
    )


def _rows(one: dict[str, Any]) -> Text:
    listed, more = one["rows"][:SHOWN_ROWS], one["times"] > len(one["rows"][:SHOWN_ROWS])
    zh, en = "、".join(f"{row:,}" for row in listed), ", ".join(f"{row:,}" for row in listed)
    return Text(f"{zh}…" if more else zh, f"{en} ..." if more else en)


def _reject_lines(rows: Sequence[intake.Reject]) -> tuple[RejectLine, ...]:
    return tuple(
        RejectLine(row.row_number, one["column"], one["code"], Text(one["zh"], one["en"]))
        for row in rows
        for one in row.findings
    )
