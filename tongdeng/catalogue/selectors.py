"""Reads of the law: the published one, older ones, drafts and publications."""

from datetime import date

from tongdeng.catalogue.drafts import (
    draft,
    draft_files,
    draft_law,
    draft_reading,
    draft_state,
    drafts,
    history,
    publication,
    publications,
)
from tongdeng.catalogue.published import (
    EVENT_RHYTHMS,
    MEDICAL,
    SEALED_BUREAU,
    SEALED_CODES,
    UNSEALED,
    bundle_files,
    current_digest,
    digest_known_on,
    digest_of_prefix,
    is_sealed,
    law,
    law_known_on,
    law_of,
    look_again,
    open_law,
    open_law_known_on,
    opened,
)
from tongdeng.catalogue.publishing import needs_second_look, rights_of

__all__ = [
    "EVENT_RHYTHMS",
    "MEDICAL",
    "SEALED_BUREAU",
    "SEALED_CODES",
    "UNSEALED",
    "bundle_files",
    "bureaus_of_services",
    "current_digest",
    "digest_known_on",
    "digest_of_prefix",
    "draft",
    "draft_files",
    "draft_law",
    "draft_reading",
    "draft_state",
    "drafts",
    "history",
    "is_sealed",
    "law",
    "law_known_on",
    "law_mark",
    "law_of",
    "look_again",
    "needs_second_look",
    "open_law",
    "open_law_known_on",
    "opened",
    "publication",
    "publications",
    "rights_of",
]


def bureaus_of_services() -> dict[str, str]:
    """Return the bureau of every service code a roll may name.

    The sealed bureau's codes are known before its law files are, so that a roll is told to wait, not that it errs.
    """
    sealed = {f"{SEALED_BUREAU}-{number:02}": SEALED_BUREAU for number in range(1, SEALED_CODES + 1)}
    return {**sealed, **{code: service.bureau for code, service in law().services.items()}}


def law_mark(day: date, digest: str = "") -> str:
    """Return how pages name a law: the newest day on which rules in force on `day` began, and its digest in short."""
    named = digest or current_digest()
    began = max(version.from_on for _, version in law_of(named).in_force_on(day))
    return f"{began.isoformat()} · {named[:12]}"
