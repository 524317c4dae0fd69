"""While keys are rotated: whatever a bulk look-up may meet is brought under the newest keys before it looks.

Queries then compare keys of one version, and cost nothing more once a rotation has come to its end.
"""

from collections.abc import Iterable

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.keys.exports import Root, ring

KEYED = (
    ("people_key", "key"), ("people_local_number", "key"), ("people_identity", "id_index"),
    ("people_identity", "claimed_index"), ("people_identity", "phone_index"), ("people_schooling", "guardian_id_index"),
)  # fmt: skip
DIGESTS = (("people_record", "digest"),)


def forms_of(keys: Iterable[bytes]) -> dict[bytes, bytes]:
    """Return every form under which these blind keys may lie, with the key that was asked for."""
    held = ring(Root.REGISTER)
    return {form: key for key in keys for form in held.forms("key", bytes(key))}


def bring_up(stage: str, *columns: str) -> None:
    """Bring under the newest keys whatever bears a blind key that these columns of a temporary table name."""
    if len(ring(Root.REGISTER).versions("key")) > 1:
        _bring_up(Root.REGISTER, "key", _named(stage, columns), KEYED)


def bring_up_digests(stage: str, column: str) -> None:
    """Bring under the newest keys the records whose digests a temporary table names."""
    for root, domain in ((Root.REGISTER, "row"), (Root.CARE, "care.row")):
        if root is Root.CARE and connection.settings_dict["USER"] == "tongdeng_app":
            continue
        held = ring(root)
        if len(held.versions(domain)) > 1:
            newest = [key for key in _named(stage, (column,)) if key[0] == held.version(domain)]
            _bring_up(root, domain, newest, DIGESTS)


def _named(stage: str, columns: Iterable[str]) -> list[bytes]:
    union = " UNION ".join(f"SELECT {one} AS key FROM {stage} WHERE {one} IS NOT NULL" for one in columns)
    with connection.cursor() as cursor:
        cursor.execute(union)
        return [bytes(row[0]) for row in cursor.fetchall()]


def _bring_up(root: Root, domain: str, keys: Iterable[bytes], where: Iterable[tuple[str, str]]) -> None:
    held = ring(root)
    bulk.load(
        "stage_forms", "(SELECT ''::bytea AS older, ''::bytea AS newer) forms", ("older", "newer"),
        ((form, key) for key in keys for form in held.forms(domain, key) if form != key),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stage_forms")
        for table, column in where:
            cursor.execute(f"UPDATE {table} t SET {column} = s.newer FROM stage_forms s WHERE t.{column} = s.older")
    bulk.drop("stage_forms")
