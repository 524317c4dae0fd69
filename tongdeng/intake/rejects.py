"""The rejected rows of a batch as a CSV file, ready to be corrected and sent again."""

import csv
import io
from collections.abc import Iterator

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.models import Reject
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.people.exports import Batch, records

HEAD = ("row", "column", "code", "message")
JOINT = "；"


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
        yield _line([row.row_number, *said, *records.unseal(row.sealed, "B")["raw"]])


def _once(texts: Iterator[str]) -> Iterator[str]:
    return iter(dict.fromkeys(text for text in texts if text))


def _line(cells: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
