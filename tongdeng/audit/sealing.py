"""Sealing: what is committed and not yet sealed goes into the next seal, in whatever order its numbers were drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction

from tongdeng.audit import chain, heads
from tongdeng.kernel import clock
from tongdeng.kernel.signing import Signer, SoftwareSigner

MOST = 65_536  # entries of one seal: a bound on memory, here and where it is verified
PENDING = "COPY (SELECT * FROM audit_pending(%s, %s, %s)) TO STDOUT"
SEAL_COLUMNS = tuple(field.name for field in fields(chain.Seal))


@lru_cache(maxsize=1)
def signer() -> Signer:
    """Return the module that signs, with this installation's key."""
    return SoftwareSigner(settings.TONGDENG_AUDIT_KEY())


@dataclass(frozen=True)
class _Opened:
    """From where to go on."""

    late: str  # numbers that may still have arrived below the last one
    settled: int  # every transaction below has ended
    cluster: str
    former: chain.Seal | None

    @property
    def last(self) -> int:
        return self.former.last if self.former else 0


def seal_all() -> int:
    """Seal everything committed by now and return how many entries that was; 0 also while somebody else seals."""
    count = 0
    while True:
        with transaction.atomic():
            made = _seal_some()
        if made is None:
            return count
        heads.note(heads.Head(made.number, made.digest))
        count += made.entries
        if made.entries < MOST:
            return count


def _seal_some() -> chain.Seal | None:
    opened = _open()
    if opened is None:
        return None
    lines = _pending(opened)
    if not lines:
        return None
    leaves = [chain.leaf(line) for line in lines]
    ids = [number_of(line) for line in lines]
    seal = _made(opened, ids, leaves)
    _store(seal, signer().sign(seal.message), b"".join(leaf[: chain.PRINT] for leaf in leaves))
    return seal


def _open() -> _Opened | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_open()")
        row = cursor.fetchone()
    if row is None:
        return None
    late, settled, cluster, *columns = row
    former = seal_of(columns) if columns[0] is not None else None
    return _Opened(late, settled, cluster, former)


def seal_of(columns: Sequence[object]) -> chain.Seal:
    """Return a seal from its columns as the database gives them."""
    made = dict(zip(SEAL_COLUMNS, columns, strict=True))
    return chain.Seal(**{**made, "root": bytes(made["root"]), "previous": bytes(made["previous"])})


def number_of(line: bytes) -> int:
    """Return the number of an entry from its bytes."""
    return int(line[: line.index(b"\t")])


def _pending(opened: _Opened) -> list[bytes]:
    with connection.cursor() as cursor, cursor.copy(PENDING, [opened.last, opened.late, MOST]) as copy:
        return [bytes(line)[:-1] for line in copy]


def _made(opened: _Opened, ids: list[int], leaves: list[bytes]) -> chain.Seal:
    former, ranges, last = opened.former, chain.ranges_of(ids), opened.last
    newer = [(max(low, last + 1), high) for low, high in ranges if high > last + 1]
    is_cut = len(ids) == MOST
    # A cut reading has not seen every late number, so nothing is settled that was not before.
    kept = former.settled if former and former.cluster == opened.cluster else 0
    with connection.cursor() as cursor:
        # Numbered only now, after the reading: whoever drew one of the holes was numbered before.
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        horizon = int(cursor.fetchone()[0])
    return chain.Seal(
        number=former.number + 1 if former else 1,
        sealed_at=clock.now(),
        entries=len(ids),
        last=max(last, ids[-1]),
        ids=chain.written(ranges),
        holes=chain.written(chain.gaps(newer, last)),
        root=chain.root_of(leaves),
        previous=former.digest if former else chain.NOTHING,
        horizon=horizon,
        settled=kept if is_cut else opened.settled,
        cluster=opened.cluster,
        key=chain.key_name(signer().public),
    )


def _store(seal: chain.Seal, signature: bytes, prints: bytes) -> None:
    values = [getattr(seal, name) for name in SEAL_COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT audit_add_seal({', '.join(['%s'] * (len(values) + 2))})", [*values, signature, prints])
