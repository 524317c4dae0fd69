"""Reading letters, wishes, and what became of words outside."""

import json
from collections.abc import Iterable

from django.db.models import Count

from tongdeng.keys.exports import Keys, Root
from tongdeng.notify import languages
from tongdeng.notify.models import Letter as LetterRow
from tongdeng.notify.models import Message, Preference
from tongdeng.notify.types import About, Letter, State, Way, Wish

_module = Keys(Root.REGISTER)
DOMAIN = "notify"  # a key of its own


def letters_of(persons: Iterable[int], most: int = 100) -> list[Letter]:
    """Return somebody's newest letters; `persons`: every id they have had."""
    rows = list(LetterRow.objects.filter(person_id__in=list(persons)).order_by("-pk")[:most])
    sent = {one.letter_id: one for one in Message.objects.filter(letter_id__in=[row.pk for row in rows])}
    return [_letter(row, sent.get(row.pk)) for row in rows]


def _letter(row: LetterRow, message: Message | None) -> Letter:
    fields = languages.read(json.loads(_module.unseal(row.domain, bytes(row.fields_sealed))))
    return Letter(
        row.pk, row.kind, About(row.subject_kind, row.subject_id, row.step), fields, row.made_at,
        Way(message.way) if message else None, State(message.state) if message else None,
        message.sent_at if message else None,
    )  # fmt: skip


def wish_of(persons: Iterable[int]) -> Wish:
    """Return how somebody wants to hear: by phone, where they agreed to that, unless they chose something else.

    `persons`: every id they have had.
    """
    row = Preference.objects.filter(person_id__in=list(persons)).order_by("-pk").first()
    if row is None:
        return Wish(Way.PHONE, languages.FIRST)
    email = _module.unseal(DOMAIN, bytes(row.email_sealed)).decode() if row.email_sealed else None
    return Wish(Way(row.way), row.language, email)


def count_states() -> dict[str, int]:
    """Return how many words outside are in which state; nobody is named."""
    return dict(Message.objects.values_list("state").annotate(count=Count("pk")).order_by("state"))
