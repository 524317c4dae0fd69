"""Background entry points. Arguments are numbers of publications and drafts."""

import logging

from procrastinate.contrib.django import app

from tongdeng.access.types import MEASURE
from tongdeng.audit.types import job
from tongdeng.catalogue import actions as catalogue
from tongdeng.catalogue import selectors as laws
from tongdeng.catalogue.types import State
from tongdeng.owed.preview import preview_law

log = logging.getLogger(__name__)


@app.task(name="tongdeng.owed.tasks.preview_publication", queue="owed")
def preview_publication(publication_id: int) -> None:
    """Find out what a proposed law would change, for whoever decides on it."""
    by, made = job(MEASURE), laws.publication(publication_id)
    if made.state not in (State.PROPOSED, State.PREVIEWED):
        return
    try:
        preview = preview_law(laws.law_of(made.base_digest), laws.law_of(made.digest), by=by)
    except Exception as error:
        # Whoever proposed it must hear of it; the log and the page get the kind of fault only.
        log.error("preview of publication %s failed: %s", publication_id, type(error).__name__)
        catalogue.note_no_preview(publication_id=publication_id, fault=type(error).__name__, by=by)
        return
    catalogue.attach_preview(publication_id=publication_id, preview=preview, by=by)


@app.task(name="tongdeng.owed.tasks.what_if", queue="owed")
def what_if(draft_id: int) -> None:
    """Try a draft on everyone, before anybody proposes it."""
    by, (law, _) = job(MEASURE), laws.draft_law(draft_id)
    draft, state = laws.draft(draft_id), laws.draft_state(draft_id)
    if law is None:
        catalogue.attach_trial(draft_id=draft_id, trial_of=state, preview=None, by=by)
        return
    try:
        preview = preview_law(laws.law_of(draft.base_digest), law, by=by)
    except Exception as error:
        log.error("trial of draft %s failed: %s", draft_id, type(error).__name__)
        catalogue.attach_trial(draft_id=draft_id, trial_of=state, preview=None, by=by)
        return
    catalogue.attach_trial(draft_id=draft_id, trial_of=state, preview=preview, by=by)
