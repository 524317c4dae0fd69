"""Making, rotating and destroying data keys. Keys are written by the owner's login; the working logins only read."""

import secrets
from collections.abc import Callable, Iterable, Iterator

from django.db import connection, connections, transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError
from tongdeng.kernel.keyring import INNER, unwrap, wrap
from tongdeng.keys import rotation, selectors
from tongdeng.keys.types import FIRST, INDEXING, LAST, Root

KEY_BYTES = 32
INSERT = """
INSERT INTO keys_data_key (root, domain, version, wrapped, state, made_at) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""
PUT_BEHIND = "UPDATE keys_data_key SET state = 'old' WHERE root = %s AND domain = %s AND state = 'current'"
NEW_GENERATION = """
INSERT INTO keys_generation (id, number) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET number = excluded.number"""
DESTROY = """
UPDATE keys_data_key SET state = 'destroyed', wrapped = NULL, destroyed_at = %s
WHERE root = %s AND domain = %s AND state = 'old' AND version = ANY(%s)"""


def make_first_keys(*, by: Actor) -> int:
    """Draw a first key for every domain that has none, and return how many were drawn."""
    owner, drawn = connections["owner"], 0
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute("LOCK TABLE keys_data_key IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT DISTINCT root, domain FROM keys_data_key")
        known = set(cursor.fetchall())
        for root in Root:
            for domain in selectors.domains(root):
                if (root, domain) not in known:
                    _draw(cursor, root, domain, FIRST[root], "current")
                    if domain in INDEXING[root]:
                        _draw(cursor, root, domain, INNER, "inner")
                    drawn += 1
        if drawn:
            cursor.execute(NEW_GENERATION, [_number()])
    if drawn:
        selectors.look_again()
        audit.record("keys.keys.made", by=by, detail={"domains": drawn})
    return drawn


def _number() -> int:
    return secrets.randbelow(2**62) + 1


def _draw(cursor: object, root: Root, domain: str, version: int, state: str) -> None:
    key = wrap(selectors.root_key(root), domain, version, secrets.token_bytes(KEY_BYTES))
    cursor.execute(INSERT, [root, domain, version, key, state, clock.now()])


def begin_rotation(*, root: Root, domains: Iterable[str], by: Actor) -> list[str]:
    """Give domains a new key for all that is written from now on; one whose rotation is under way keeps its newest.

    Returns the domains in which something is left under an older key.
    """
    wanted, started = list(domains), []
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT number FROM keys_generation FOR UPDATE")  # one at a time
        cursor.execute("SELECT domain FROM keys_data_key WHERE root = %s AND state = 'old'", [root])
        under_way = {row[0] for row in cursor.fetchall()}
        for domain in wanted:
            if domain in under_way:
                continue
            cursor.execute("SELECT max(version) FROM keys_data_key WHERE root = %s AND domain = %s", [root, domain])
            version = cursor.fetchone()[0] + 1
            if version > LAST[root]:
                raise TongdengError(
                    "keys.versions.used_up",
                    Text(f"域 {domain} 的密钥版本已用完", f"domain {domain} has no key versions left"),
                    place=domain,
                )
            cursor.execute(PUT_BEHIND, [root, domain])
            _draw(cursor, root, domain, version, "current")
            started.append(domain)
        if started:
            cursor.execute(NEW_GENERATION, [_number()])
    if started:
        selectors.look_again()
        audit.record("keys.rotation.begun", by=by, detail={"root": root, "domains": ",".join(started)})
    return [domain for domain in wanted if domain in under_way or domain in started]


def renew_batches(*, root: Root, domains: Iterable[str], by: Actor, batch: int = rotation.BATCH) -> Iterator[int]:
    """Bring what this login may write under the newest keys, a batch a transaction; yields how many each renewed.

    Whoever is killed between two batches loses nothing, and whoever begins again goes on where it ended.
    """
    yield from rotation.steps(root, set(domains), by, batch)
    audit.record("keys.batches.renewed", by=by, detail={"root": root, "domains": ",".join(domains)})


def end_rotation(*, root: Root, domains: Iterable[str], left: Callable[[Root, set[str]], int], by: Actor) -> list[str]:
    """Destroy the older keys of these domains, once nobody works who may know no newer ones and nothing bears them.

    `left` counts what still bears an older key, also where this login may not look. Returns the domains that are done.
    """
    done = []
    _wait_for_older_generations()
    for domain in domains:
        held = selectors.ring(root)
        older = [version for version in held.versions(domain) if version != held.version(domain)]
        if not older or left(root, {domain}):
            continue
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute(DESTROY, [clock.now(), root, domain, older])
            cursor.execute("DELETE FROM keys_progress WHERE NOT EXISTS (SELECT FROM keys_data_key WHERE state = 'old')")
            cursor.execute(NEW_GENERATION, [_number()])
        audit.record("keys.key.destroyed", by=by, detail={"root": root, "domain": domain, "versions": len(older)})
        done.append(domain)
    selectors.look_again()
    return done


def _wait_for_older_generations() -> None:
    """Wait until every transaction has ended that began under another generation of keys than today's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1"
            " AND mode = 'ShareLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND (classid::bigint << 32) | objid::bigint <> (SELECT number FROM keys_generation)"
        )
        for (older,) in cursor.fetchall():
            with transaction.atomic():
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [older])


def change_root_key(*, root: Root, former: bytes, new: bytes, by: Actor) -> int:
    """Wrap every data key under another root key, and return how many. What is sealed stays as it is."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT id, domain, version, wrapped FROM keys_data_key WHERE root = %s AND wrapped IS NOT NULL FOR UPDATE",
            [root],
        )
        rows = cursor.fetchall()
        for row, domain, version, wrapped in rows:
            key = wrap(new, domain, version, unwrap(former, domain, version, bytes(wrapped)))
            cursor.execute("UPDATE keys_data_key SET wrapped = %s WHERE id = %s", [key, row])
        cursor.execute(NEW_GENERATION, [_number()])
    selectors.look_again()
    audit.record("keys.root.changed", by=by, detail={"root": root, "keys": len(rows)})
    return len(rows)
