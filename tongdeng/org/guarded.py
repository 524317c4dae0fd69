"""Functions of the database that judge by themselves who may: who acts is read there, from the signed context."""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from tongdeng.kernel.errors import TongdengError


def call(function: str, *values: Any, refused: Callable[[str], TongdengError]) -> Any:
    """Return what a function of the database answers. What it refuses is raised as `refused`; nothing was changed then.

    `refused` is given the constraint that was broken, else the code which the function raised.
    """
    marks = ", ".join(["%s"] * len(values))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}({marks})", values)
            return cursor.fetchone()[0]
    except (ProgrammingError, IntegrityError) as error:
        raise refused(_code(error)) from error


def _code(error: DatabaseError) -> str:
    told = getattr(error.__cause__, "diag", None)
    return getattr(told, "constraint_name", "") or getattr(told, "message_primary", "") or ""
