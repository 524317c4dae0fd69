"""Reads what a witness or a proof is made from: as the owner, like the verification, and from the tables themselves."""

from typing import Any

from django.db import connections

from tongdeng.audit import chain, proofs
from tongdeng.audit.sealing import SEAL_COLUMNS, number_of, seal_of
from tongdeng.kernel.errors import Text, UnusableInput

_SEAL = f"SELECT {', '.join(SEAL_COLUMNS)}, signature FROM audit_seal"
_LINES = (
    f"COPY (SELECT {', '.join(f'a.{name}' for name in chain.COLUMNS)} FROM unnest(%s::int8multirange) r"
    " JOIN audit_entry a ON a.id >= lower(r) AND a.id < upper(r) ORDER BY a.id) TO STDOUT"
)


def newest_seals(count: int) -> list[tuple[chain.Seal, bytes]]:
    """Return the newest seals and their signatures, oldest first."""
    found = _seals(f"{_SEAL} ORDER BY number DESC LIMIT %s", [count])
    return found[::-1]


def proof_of(entry: int, public: bytes) -> dict[str, Any]:
    """Return the document that proves one entry. Raises UnusableInput where no seal covers it."""
    covering = _seals(
        f"{_SEAL} WHERE last >= %s AND ids::int8multirange @> %s::bigint ORDER BY number LIMIT 1", [entry, entry]
    )
    if not covering:
        raise UnusableInput(
            "audit.entry.unsealed",
            Text("没有这条记录，或者还没有封存", "there is no such entry, or it is not sealed yet"),
            place=str(entry),
            remedy=Text("封存每 10 秒进行一次，请稍后再试", "sealing happens every 10 seconds: try again shortly"),
        )
    seal, signature = covering[0]
    lines = _lines(seal)
    numbers = [number_of(line) for line in lines]
    if entry not in numbers:
        raise UnusableInput(
            "audit.entry.gone",
            Text("这条记录已经不在", "this entry is no longer there"),
            place=str(entry),
            remedy=Text("请运行 tongdeng audit verify 查明原因", "run `tongdeng audit verify` to see why"),
        )
    at = numbers.index(entry)
    return proofs.proof(lines[at], chain.path_of([chain.leaf(line) for line in lines], at), seal, signature, public)


def _seals(query: str, values: list[Any]) -> list[tuple[chain.Seal, bytes]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, values)
        return [(seal_of(columns), bytes(signature)) for *columns, signature in cursor.fetchall()]


def _lines(seal: chain.Seal) -> list[bytes]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET datestyle = 'ISO, YMD'")  # the time zone of every connection is UTC already
        with cursor.copy(_LINES, [seal.ids]) as copy:
            return [bytes(line)[:-1] for line in copy]
