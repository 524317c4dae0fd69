"""What other packages need to live under row security: protection, bulk writes, and the form in which rows leave."""

from django.db.migrations import RunSQL

from tongdeng.access import bulk
from tongdeng.access.context import SETTING
from tongdeng.access.sheets import Cell, Sheet, csv_text, expires_on, neutral, workbook

__all__ = ["SETTING", "Cell", "Sheet", "bulk", "csv_text", "expires_on", "neutral", "protect", "workbook"]


def protect(*tables: str) -> RunSQL:
    """Return the operation that switches row security on, for the owner too: no policy means no rows."""
    return RunSQL(
        [f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY" for table in tables for verb in ("ENABLE", "FORCE")],
        RunSQL.noop,
    )
