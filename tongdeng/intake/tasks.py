"""Background entry points of intake. Arguments are numbers of batches; files wait sealed beside the register."""

import logging

from procrastinate.contrib.django import app

from tongdeng.access.types import INTAKE
from tongdeng.audit.types import Actor, job
from tongdeng.intake import actions, uploads
from tongdeng.intake.errors import Cancelled
from tongdeng.kernel.errors import Text, TongdengError
from tongdeng.people.exports import Batch
from tongdeng.work import actions as work

log = logging.getLogger(__name__)
OPEN = ("waiting", "running")
BROKEN = TongdengError(
    "intake.roll.broke",
    Text("导入时系统出了故障，什么都没有改动", "the system failed during the import; nothing was changed"),
    remedy=Text("请再送一次；如果又不成，请找系统管理员", "send it again; if it fails again, call the administrator"),
)


@app.task(name="tongdeng.intake.tasks.import_upload", queue="intake")
def import_upload(batch_id: int) -> None:
    """Take in one uploaded roll. A job that was killed may run again: an import leaves all or nothing."""
    by, batch = job(INTAKE), Batch.objects.get(pk=batch_id)
    if batch.state in OPEN:
        _take_in(batch, by)
    uploads.remove(batch_id)


def _take_in(batch: Batch, by: Actor) -> None:
    try:
        actions.import_roll(batch_id=batch.pk, path=uploads.kept(batch.pk, batch.file_name), by=by)
    except Cancelled:
        return
    except TongdengError as error:
        actions.fail_batch(batch_id=batch.pk, error=error, by=by)
        return
    except Exception as error:
        # Whoever sent the file must hear of it. The log gets the kind of fault only: a database's own message may
        # quote the row.
        log.error("batch %s failed: %s", batch.pk, type(error).__name__)
        actions.fail_batch(batch_id=batch.pk, error=BROKEN, by=by)
        return
    work.ask_for_job("tongdeng.insight.tasks.refresh_everyone", lock="everyone")


@app.periodic(cron="* * * * *")
@app.task(name="tongdeng.intake.tasks.resume_interrupted", queueing_lock="resume_interrupted", pass_context=False)
async def resume_interrupted(timestamp: int) -> None:
    """Run again the imports whose worker was killed."""
    for stalled in await app.job_manager.get_stalled_jobs(task_name="tongdeng.intake.tasks.import_upload"):
        await app.job_manager.retry_job(stalled)
