"""Reading papers, and checking one that somebody holds."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from tongdeng.kernel.crypto import same, sm3
from tongdeng.kernel.errors import Text
from tongdeng.keys.exports import Keys, Root
from tongdeng.papers import numbers, templates
from tongdeng.papers.models import Check, Ended, Paper, Print
from tongdeng.papers.types import Genuine, Issued, Matter, Wording

_module = Keys(Root.REGISTER)


def issued(row: Paper, ended_at: datetime | None = None) -> Issued:
    """Return a row with what it says."""
    said = json.loads(_module.unseal(row.domain, bytes(row.content_sealed)))
    matter = Matter(row.subject_kind, row.subject_id, row.step)
    return Issued(row.pk, row.kind, matter, row.person_id, row.made_at, row.staff_id, Wording.read(said), ended_at)


def _issued(rows: Iterable[Paper]) -> list[Issued]:
    found = list(rows)
    ended = dict(Ended.objects.filter(number__in=[row.number for row in found]).values_list("number", "at"))
    return [issued(row, ended.get(row.number)) for row in found]


def find_paper(paper_id: int) -> Issued | None:
    """Return one paper; None where the reader may not see it."""
    return next(iter(_issued(Paper.objects.filter(pk=paper_id))), None)


def papers_of_matter(kind: str, number: int) -> list[Issued]:
    """Return the papers of a matter in the order in which they were issued."""
    return _issued(Paper.objects.filter(subject_kind=kind, subject_id=number).order_by("pk"))


def papers_of_person(persons: list[int], most: int = 100) -> list[Issued]:
    """Return somebody's newest papers; `persons`: every id they have had."""
    return _issued(Paper.objects.filter(person_id__in=persons).order_by("-pk")[:most])


def find_genuine(*, number: str, code: str, file: bytes | None = None) -> Genuine | None:
    """Return what is told whoever holds a number and its code; None for a wrong one of either, alike."""
    digits = numbers.digits_of(number)
    row = Check.objects.filter(number=digits).first() if digits else None
    # Judged where there is no such number, too, so that time does not tell which of the two was wrong.
    if not same(numbers.code_hash(digits, code), bytes(row.code_hash) if row else bytes(32)) or row is None:
        return None
    handed_out = None if file is None else Print.objects.filter(number=digits, digest=sm3(file)).exists()
    ended_at = Ended.objects.filter(number=digits).values_list("at", flat=True).first()
    title = templates.known()[row.kind].title
    return Genuine(
        row.kind, title, row.shown_number, Text(row.organ_zh, row.organ_en), row.made_at, handed_out, ended_at
    )  # fmt: skip


def next_serial() -> int:
    """Reserve the id of a paper: its number is part of what it says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('papers_paper', 'id')::regclass)")
        return int(cursor.fetchone()[0])
