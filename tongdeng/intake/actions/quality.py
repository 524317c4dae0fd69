"""The cube of data quality, brought up to date."""

from datetime import date

from tongdeng.access.exports import Sheet
from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.formats import load_format
from tongdeng.intake.quality import comparing, corrections
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org


def measure_quality(*, on: date, by: Actor) -> int:
    """Compare all sources anew and replace the counts that the pages show. Returns how many counts there are."""
    with acting(by):
        count = comparing.replace_cells(comparing.compare(on))
        audit.record("intake.quality.measured", by=by, detail={"counts": count})
    return count


def export_corrections(*, source: str, on: date, lang: str, by: Actor) -> Sheet:
    """Return what a source's bureau is asked to correct, county-wide. Raises UnusableInput for one without people."""
    form = load_format(source)
    if form.is_sealed or not form.subject:
        raise UnusableInput(
            "intake.corrections.no_people",
            Text(f"“{source}”不是可以核对的个人名册", f"{source!r} is no roll about people that can be compared"),
            place="SOURCE",
            remedy=Text("例如 police、hrss、education、housing", "for example police, hrss, education, housing"),
        )
    with acting(by):
        sheet = corrections.sheet(source, org.county(on).code, on, lang)
        audit.record(
            "intake.corrections.exported", by=by, subjects=sheet.subjects,
            detail={"source": source, "rows": len(sheet.rows)},
        )  # fmt: skip
    return sheet
