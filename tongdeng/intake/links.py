"""Links by which others send rolls of their own premises: what law/submissions.toml asks, and reads."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q

from tongdeng.access.selectors import acting
from tongdeng.access.types import INTAKE
from tongdeng.audit.types import Actor
from tongdeng.intake.formats import Format, load_format, narrowed
from tongdeng.intake.models import Link, LinkToken, Submission
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.keys.exports import look_again
from tongdeng.people.exports import records

KINDS = ("tenants", "workers")
TOKEN_BYTES = 32  # nobody guesses one of 2^256
LONGEST_TOKEN = 64


@dataclass(frozen=True)
class Limits:
    """How long a link may be valid, and how much may be sent by it."""

    most_days: int
    most_uses: int
    most_rows: int
    largest_mb: int
    attempts: int
    attempt_minutes: int


@dataclass(frozen=True)
class Request:
    """What one kind of link asks for, and what its sender is told."""

    kind: str
    source: str
    bureau: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    may_stand: tuple[str, ...]
    title: Text
    sender: Text
    purpose: Text
    kinds: Text
    kept: Text
    duty: Text
    basis: tuple[Text, ...]
    notice_version: str

    def form(self) -> Format:
        """Return the roll with the columns that are asked for, for the empty file."""
        return narrowed(load_format(self.source), self.columns, self.required)

    def reading(self) -> Format:
        """Return the roll with the columns that are looked at, those among them that bind it to the premises."""
        return narrowed(load_format(self.source), (*self.columns, *self.may_stand), self.required)


@lru_cache(maxsize=1)
def _law() -> dict[str, Any]:
    return tomllib.loads((settings.TONGDENG_LAW / "submissions.toml").read_text(encoding="utf-8"))


def limits() -> Limits:
    """Return the county's limits."""
    return Limits(**_law()["limits"])


def request_of(kind: str) -> Request:
    """Return what a kind of link asks for."""
    said = _law()[kind]
    words = {key: Text(**said[key]) for key in ("title", "sender", "purpose", "kinds", "kept", "duty")}
    lists = {key: tuple(said[key]) for key in ("columns", "required", "may_stand")}
    basis = tuple(Text(one["zh"], one["en"]) for one in said["basis"])
    return Request(
        kind=kind, source=said["source"], bureau=said["bureau"], basis=basis,
        notice_version=_law()["notice_version"], **words, **lists,
    )  # fmt: skip


def token_key(token: str) -> bytes:
    """Return the blind index under which a token is kept."""
    return records.provider().index("link", token.encode())


def _known(token: str) -> LinkToken | None:
    return LinkToken.objects.filter(key__in=records.provider().forms("link", token.encode())).first()


def is_open(link: Link) -> bool:
    """Tell whether a link may be used at all now; one without uses left may still show its receipts."""
    return link.revoked_at is None and clock.now() < link.expires_at


def find_by_token(token: str) -> tuple[Link, Actor] | None:
    """Return the link of a token and who acts by it; None alike for unknown, expired and revoked ones."""
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    known = _known(token)
    if known is None:
        look_again()  # nobody has told this process yet whether keys were rotated
        known = _known(token)
    if known is None:
        return None
    # Whoever sends stands outside: what is written is written in the post that made the link, by nobody of its staff.
    by = Actor(INTAKE, None, known.post_id, "web")
    with acting(by):
        link = Link.objects.filter(pk=known.link_id).first()
    return (link, by) if link is not None and is_open(link) else None


@dataclass(frozen=True)
class Receipt:
    """All that a sender is told: how many rows came, and which could not be read."""

    number: str
    received_at: datetime
    rows: int
    unreadable: tuple[tuple[int, tuple[str, ...]], ...]


def receipt_of(found: Submission) -> Receipt:
    """Return what a submission's receipt says."""
    unreadable = tuple((int(row), tuple(codes)) for row, codes in found.unreadable)
    return Receipt(found.number, found.received_at, found.rows, unreadable)


def find_receipt(link_id: int, number: str, by: Actor) -> Receipt | None:
    """Return a receipt by its number, within its own link only."""
    with acting(by):
        found = Submission.objects.filter(link_id=link_id, number=number).first()
    return receipt_of(found) if found else None


def links_in(lo: str, hi: str, *, size: int = 200) -> list[Link]:
    """Return the links of a territory, those that still work first, then the newest."""
    now = clock.now()
    works = Q(revoked_at=None, expires_at__gt=now)
    found = Link.objects.filter(territory__gte=lo, territory__lt=hi)
    alive = list(found.filter(works).order_by("-id")[:size])
    return [*alive, *found.exclude(works).order_by("-id")[: size - len(alive)]]


def submissions_of(link_ids: list[int]) -> list[Submission]:
    """Return what was sent by these links, the newest first."""
    return list(Submission.objects.filter(link_id__in=link_ids).order_by("-id"))
