"""What other packages need to live under row security: protection, bulk writes, and the form in which rows leave."""

from collections.abc import Iterable

from django.db.migrations import RunSQL

from tongdeng.access import bulk, selectors, territories
from tongdeng.access.context import SETTING
from tongdeng.access.sheets import Cell, Sheet, csv_text, expires_on, neutral, workbook

__all__ = ["SETTING", "Cell", "Sheet", "bulk", "csv_text", "expires_on", "gather", "neutral", "protect", "workbook"]


def gather(persons: Iterable[int]) -> None:
    """Let the matters of these persons lie where they live; the caller's own entry tells of it."""
    territories.gather(selectors.personal_tables(), persons)


def protect(*tables: str) -> RunSQL:
    """Return the operation that switches row security on, for the owner too: no policy means no rows."""
    return RunSQL(
        [f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY" for table in tables for verb in ("ENABLE", "FORCE")],
        RunSQL.noop,
    )
