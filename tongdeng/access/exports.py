"""What other packages need to live under row security: protection from the first migration on, and bulk writes."""

from django.db.migrations import RunSQL

from tongdeng.access import bulk
from tongdeng.access.context import SETTING

__all__ = ["SETTING", "bulk", "protect"]


def protect(*tables: str) -> RunSQL:
    """Return the operation that switches row security on, for the owner too: no policy means no rows."""
    return RunSQL(
        [f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY" for table in tables for verb in ("ENABLE", "FORCE")],
        RunSQL.noop,
    )
