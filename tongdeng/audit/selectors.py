"""What the record of acts tells, to whom the database lets it."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

from tongdeng.audit import acts, chain
from tongdeng.audit.sealing import seal_of
from tongdeng.audit.types import Act, Checked, Fault, Listed, Look, Pulse, Wanted
from tongdeng.kernel.errors import Text

MOST_COUNTED = 100_000


def looks_at(person: int, *, before: int | None = None, size: int = 50, door: str = "audit_looks_at") -> list[Look]:
    """Return the newest acts about a person; `before` is the `id` of the last line of the page before.

    `door` is the function of the database that judges the signed context. This one lets through that very person, and
    a post that law/access.toml lets act for purpose `looks`; to others it tells nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {door}(%s, %s, %s, %s)", [person, acts.folded(), before, size])
        return [_look(*row) for row in cursor.fetchall()]


def _look(  # the columns of audit_looks_at, in its order
    id: int, at: Any, code: str, purpose: str, origin: str, post_id: int | None, title_zh: str | None,
    title_en: str | None, unit_zh: str | None, unit_en: str | None, bureau: str | None, times: int, reason: str | None,
    acted_by: int | None,
) -> Look:  # fmt: skip
    return Look(
        id=id, at=at, act=acts.act(code), purpose=purpose, purpose_text=acts.purpose(purpose), origin=origin,
        post_id=post_id, post=Text(title_zh, title_en or title_zh) if title_zh else None,
        unit=Text(unit_zh, unit_en or unit_zh) if unit_zh else None, bureau=bureau, times=times,
        reason=reasons_of(code).get(reason or ""), person_id=acted_by,
    )  # fmt: skip


def act_words() -> list[Act]:
    """Return every act that has words."""
    return list(acts.known().values())


def reasons_of(code: str) -> Mapping[str, Text]:
    """Return the reasons that an act asks for, in words; most acts ask for none."""
    return acts.reasons().get(code, {})


def pulse() -> Pulse:
    """Return how the chain is; needs no context, for it says nothing about anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_pulse(%s)", [MOST_COUNTED])
        return Pulse(*cursor.fetchone())


# ---- for an auditor: a context of purpose `audit` in a post that law/access.toml lets act for it ----


def entries_like(wanted: Wanted, *, before: int | None = None, size: int = 50) -> list[Listed]:
    """Return the newest entries that are asked for; nothing in another context."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM audit_listed(%s, %s, %s, %s, %s, %s, %s)",
            [wanted.since, wanted.until, wanted.code, wanted.staff, wanted.post, before, size],
        )
        return [_listed(*row) for row in cursor.fetchall()]


def _listed(  # the columns of audit_listed, in its order
    id: int, at: Any, code: str, purpose: str, origin: str, address: str, request: str, subjects: int,
    staff: str | None, title_zh: str | None, title_en: str | None, unit_zh: str | None, unit_en: str | None,
    is_sealed: bool,
) -> Listed:  # fmt: skip
    return Listed(
        id, at, acts.act(code), acts.purpose(purpose), origin, address, request, subjects, staff,
        Text(title_zh, title_en or title_zh) if title_zh else None,
        Text(unit_zh, unit_en or unit_zh) if unit_zh else None, is_sealed,
    )  # fmt: skip


def newest_seals(size: int = 5) -> list[chain.Seal]:
    """Return the newest seals, newest first; nothing in another context."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_newest_seals(%s)", [size])
        return [seal_of(row) for row in cursor.fetchall()]


def newest_check() -> Checked | None:
    """Return what the last recomputation found; None in another context."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT checked_at, entries, sealed, unsealed, seals, retired, is_ok, fault::text, seconds"
            " FROM audit_newest_check()"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    *counts, fault, seconds = row
    said = json.loads(fault) if fault else None
    first = Fault(said["kind"], said["seal"], said["entry"], said["code"]) if said else None
    return Checked(*counts, first, seconds)
