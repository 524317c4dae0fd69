"""A tenancy that a landlord declares on the dwelling's page: one row of the housing roll, taken in by a job.

The post that enters it sees its own places only; whether the tenant is known anywhere is judged by the job, as for
every roll.
"""

import csv
import io
import secrets
from dataclasses import dataclass
from datetime import date

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake import kept_files
from tongdeng.intake.formats import load_format
from tongdeng.kernel import clock
from tongdeng.people.exports import Batch, dwellings
from tongdeng.work import actions as work

SOURCE = "housing"
ID_KIND = "证件类型"  # kept with the record; the roll has no such column
COLUMNS = ("address", "community_code", "name", "id_number", "leased_from", "leased_until")


@dataclass(frozen=True)
class Declaration:
    """Who rents since when, by which document: nothing else is asked of a landlord."""

    name: str
    id_kind: str
    number: str
    starts_on: date
    ends_on: date | None


def declare_tenant(*, dwelling_id: int, tenant: Declaration, by: Actor) -> int | None:
    """Receive a landlord's declaration and return its batch; None where the dwelling is out of sight."""
    with acting(by):
        home = dwellings.find_home(dwelling_id)
        if home is None:
            audit.record("intake.tenancy.not_declared", by=by, detail={"dwelling": dwelling_id})
            return None
        batch = Batch.objects.create(
            source=SOURCE, file_name="", file_digest=secrets.token_bytes(32), as_at=clock.today(), rows_total=1,
            message={"dwelling": dwelling_id}, staff_id=by.staff_id, received_at=clock.now(),
        )  # fmt: skip
        kept_files.keep(batch.pk, _row(home.address, home.territory, tenant))
        work.ask_for_job("tongdeng.intake.tasks.take_entry", lock=f"batch-{batch.pk}", batch_id=batch.pk)
        audit.record("intake.tenancy.declared", by=by, detail={"dwelling": dwelling_id, "batch": batch.pk})
    return int(batch.pk)


def _row(address: str, community: str, tenant: Declaration) -> bytes:
    form, out = load_format(SOURCE), io.StringIO()
    end = tenant.ends_on.isoformat() if tenant.ends_on else ""
    writer = csv.writer(out)
    writer.writerow([*(form.column(key).zh for key in COLUMNS), ID_KIND])
    writer.writerow([address, community, tenant.name, tenant.number, tenant.starts_on.isoformat(), end, tenant.id_kind])
    return out.getvalue().encode()


def take_back_declaration(*, batch_id: int, by: Actor) -> bool:
    """Undo a declaration of one's own: stopped where it still waits, else taken back by a job."""
    with acting(by):
        own = Batch.objects.filter(pk=batch_id, source=SOURCE, file_name="", staff_id=by.staff_id)
        is_stopped = bool(
            own.filter(state="waiting").update(state="cancelled", finished_at=clock.now())
        )  # fmt: skip
        is_taken_back = own.filter(state="done").exists()
        if is_taken_back:
            work.ask_for_job("tongdeng.intake.tasks.take_back_entry", lock=f"back-{batch_id}", batch_id=batch_id)
        audit.record("intake.tenancy.taken_back", by=by, detail={"batch": batch_id})
    return is_stopped or is_taken_back
