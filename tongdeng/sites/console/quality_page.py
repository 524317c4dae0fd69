"""Fills the page of one source's data quality."""

from datetime import datetime

from tongdeng.intake.exports import Format, finding_words, quality, quality_terms
from tongdeng.kernel.errors import Text
from tongdeng.people import selectors as registry
from tongdeng.sites.console.view_models.quality import BatchLine, ColumnLine, CountLine, Ratio, SourcePage
from tongdeng.sites.shell.frame import Link

ROLLS_SHOWN = 8
STANDS = {
    "claimed": Text("只有自报号码的人", "People with a claimed number only"),
    "stale": Text("很久没有出现的未结束居住", "Open stays not seen for long"),
    "far_past": Text("开始日期太早的居住", "Stays that begin too early"),
    "double": Text("同时有两条未结束居住的人", "People with two open stays"),
    "doubt": Text("待核对是不是同一个人", "Open doubts about who is who"),
}


def source_page(
    form: Format, facts: quality.Facts, timely: Ratio | None, measured_at: datetime | None, links: tuple[Link, ...],
    *, back: str,
) -> SourcePage:  # fmt: skip
    """Return the page of one source in one place."""
    terms = quality_terms()
    has_registration = any(column.key == "registered_on" for column in form.columns)
    return SourcePage(
        title=form.title, source=form.source, as_at=facts.batch.as_at if facts.batch else None, rows=facts.rows,
        people=facts.people("people"), filled=Ratio(facts.filled, facts.cells), timely=timely,
        timely_words=Text("本月流入的人 7 天内登记（S9）", "This month's arrivals registered within 7 days (S9)")
        if has_registration
        else Text(
            f"第一批之后新增的行里，记录日期后 {terms.timely_days} 天内送到的",
            f"Of the rows new since the first roll: came within {terms.timely_days} days of their own date",
        ),
        columns=_columns(form, facts), ages=_ages(facts), conflicts=_conflicts(form, facts), stands=_stands(facts),
        warnings=_codes(facts, "warning"), rejected=_codes(facts, "rejected"), batches=_batches(form),
        measured_at=measured_at, export_urls=links, back=back,
    )  # fmt: skip


def _columns(form: Format, facts: quality.Facts) -> tuple[ColumnLine, ...]:
    """Return the columns the services need first, the emptiest first among them."""
    wanted = set(quality.needed(form))
    lines = [
        ColumnLine(
            Text(column.zh, column.en), column.required, column.key in wanted,
            Ratio(facts.rolled["filled", column.key], facts.rows), facts.rolled["dropped", column.key],
        )
        for column in form.columns
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (not line.is_needed, line.filled.value or 0)))


def _ages(facts: quality.Facts) -> tuple[CountLine, ...]:
    words = {
        **{str(days): Text(f"{days} 天以内", f"up to {days} days") for days in quality_terms().ages},
        "older": Text("更早", "older"), "none": Text("没有日期", "without a date"),
    }  # fmt: skip
    return tuple(CountLine(text, facts.rolled["age", band]) for band, text in words.items())


def _conflicts(form: Format, facts: quality.Facts) -> tuple[CountLine, ...]:
    found: list[CountLine] = []
    for (kind, attribute, other), people in facts.compared.most_common():
        if kind != "conflict":
            continue
        column = form.column(attribute)
        if other == form.source:
            found.append(
                CountLine(
                    Text(f"{column.zh}：与本行的证件号码不一致", f"{column.en}: not as its own id number says"), people
                )
            )
            continue
        zh, en, _ = registry.source_name(other)
        found.append(CountLine(Text(f"{column.zh}：与{zh}不一致", f"{column.en}: the {en} says otherwise"), people))
    return tuple(found)


def _stands(facts: quality.Facts) -> tuple[CountLine, ...]:
    return tuple(CountLine(text, facts.people(kind)) for kind, text in STANDS.items() if facts.people(kind))


def _codes(facts: quality.Facts, kind: str) -> tuple[CountLine, ...]:
    found = [(code, rows) for (one, code), rows in facts.rolled.most_common() if one == kind]
    return tuple(CountLine(finding_words(code), rows, Text(code, code)) for code, rows in found)


def _batches(form: Format) -> tuple[BatchLine, ...]:
    return tuple(
        BatchLine(
            batch.file_name, batch.as_at, rows,
            tuple(
                CountLine(Text(form.column(key).zh, form.column(key).en), count)
                for key, count in sorted(found.items())
                if any(column.key == key for column in form.columns)
            ),
        )
        for batch, rows, found in quality.recurring(form.source, ROLLS_SHOWN)
    )  # fmt: skip
