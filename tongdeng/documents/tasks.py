"""Background entry points. Arguments are numbers of documents."""

from procrastinate.contrib.django import app

from tongdeng.access.types import DOCUMENTS
from tongdeng.audit.types import job
from tongdeng.documents import actions


@app.task(name="tongdeng.documents.tasks.remove_file", queue="notify")
def remove_file(document_id: int) -> None:
    """Remove the file of an erased document."""
    actions.remove_file(document_id=document_id, by=job(DOCUMENTS))


@app.periodic(cron="50 18 * * *")  # 02:50 in China
@app.task(name="tongdeng.documents.tasks.nightly", queue="owed")
def nightly(timestamp: int) -> None:
    """Remove files that no row names."""
    actions.sweep_files(by=job(DOCUMENTS))
