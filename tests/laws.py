"""Laws on their way, for tests: a draft of one file, proposed and previewed."""

from datetime import UTC, date, datetime

from tongdeng.audit.types import Actor, command
from tongdeng.catalogue import actions, selectors
from tongdeng.catalogue.types import Preview

FILE = "services/hrs/employment_registration.yaml"


def preview_of(publication_id: int, share: float = 0.0) -> Preview:
    made = selectors.publication(publication_id)
    return Preview(
        base_digest=made.base_digest, digest=made.digest, as_of=date(2026, 11, 23), known_on=date(2026, 11, 23),
        made_at=datetime(2026, 11, 23, tzinfo=UTC), people=1000, affected=int(1000 * share), gaining=0, losing=0,
        flip_share=share, services=(), places=(), facts_missing=(), sealed=(), money_fen=None, cost_unknown=(),
        hours=None, posts=None, minutes_unknown=(),
    )  # fmt: skip


def changed(text: str, note: str = "x") -> str:
    return f"{text}# {note}\n"


def drafted(by: Actor, note: str = "x", path: str = FILE) -> int:
    draft = actions.open_draft(title="改一处", by=by)
    actions.save_draft_file(draft_id=draft, path=path, text=changed(selectors.draft_files(draft)[path], note), by=by)
    return draft


def proposed(by: Actor, note: str = "x", share: float = 0.0) -> int:
    made = actions.propose(draft_id=drafted(by, note), reason="理由", by=by)
    actions.attach_preview(publication_id=made, preview=preview_of(made, share), by=command("measure"))
    return made
