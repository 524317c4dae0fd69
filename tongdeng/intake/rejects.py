"""The rejected rows of a batch as a CSV file, ready to be corrected and sent again."""

import csv
import io
from collections.abc import Iterator

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake import sealed_rows
from tongdeng.intake.models import Reject
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.people.exports import Batch, records

HEAD = ("row", "column", "code", "message")
JOINT = "；"
HEALTH_LEFT_OUT = Text(
    "健康列不在网页上给出，请在原文件的这一行更正", "no page gives health columns: correct the row in your own file"
)


def rejects_csv(batch_id: int, *, by: Actor, lang: str = "zh") -> Iterator[str]:
    """Yield the header line, then one line for each rejected row: where, what, why, and the row as received.

    The cells are the sender's own, to be sent again, so they are not changed as an export's would be; the byte order
    mark that Excel wants is the writer's business. Raises UnusableInput for a batch that is not there.
    """
    with acting(by):
        batch = Batch.objects.filter(pk=batch_id).first()
        if batch is None:
            raise UnusableInput(
                "intake.batch.unknown", Text("没有这一批", "there is no such batch"), place=str(batch_id)
            )
        rows = list(Reject.objects.filter(batch_id=batch_id).order_by("row_number"))
        audit.record("intake.rejects.read", by=by, detail={"batch": batch_id, "rows": len(rows)})
    yield _line([*HEAD, *batch.message.get("headers", [])])
    for row in rows:
        found = row.findings
        said = [JOINT.join(_once(one[key] for one in found)) for key in ("column", "code", lang)]
        cells, is_whole = sealed_rows.unpacked(records.unseal(row.sealed, "B"))
        if not is_whole:
            said[-1] = JOINT.join((said[-1], HEALTH_LEFT_OUT.say(lang)))
        yield _line([row.row_number, *said, *cells])


def _once(texts: Iterator[str]) -> Iterator[str]:
    return iter(dict.fromkeys(text for text in texts if text))


def _line(cells: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
