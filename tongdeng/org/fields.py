"""The column type of a division code."""

from typing import Any

from django.db import models


class DivisionCodeField(models.CharField):
    """Twelve digits compared byte by byte, so that a territory is the range `>= lo and < hi` on an index.

    Only leakproof operators may use an index under row security; those of char in the C collation are.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 12
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        """Return the PostgreSQL type."""
        # Spelled bpchar: bulk inserts cast to the bare name, and a bare "char" would hold one character.
        return 'bpchar(12) COLLATE "C"'
