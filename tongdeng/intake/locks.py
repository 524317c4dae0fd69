"""Who may import what at one moment. Locks live as long as a transaction, so a killed import leaves none behind."""

from django.db import connection

REGISTER = 5_401_001  # any number: one import at a time decides who is who


def hold_file(key: int) -> bool:
    """Hold a file's lock to the end of the transaction; False when another import has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


def hold_register() -> None:
    """Wait until no other import decides who is who.

    Two rolls that bring the same new person at one moment would each make one, since neither sees the other's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTER])


def is_held(key: int) -> bool:
    """Tell whether some import holds a file's lock now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid::bigint = %s AND objid::bigint = %s)",
            [(key >> 32) & 0xFFFFFFFF, key & 0xFFFFFFFF],
        )
        return bool(cursor.fetchone()[0])


def file_key(digest: bytes) -> int:
    """Return the number under which a file's import holds its lock."""
    return int.from_bytes(bytes(digest)[:8], "big", signed=True)
