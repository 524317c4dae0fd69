"""Lets the indexes of a small register rest while a large roll goes in, and builds them anew from all rows at once."""

from collections.abc import Sequence

from django.db import connection

MANY = 20_000  # persons: below, building the indexes takes as long as keeping them
FILLED = (
    "people_person", "people_record", "people_sighting", "people_link", "people_identity", "people_key", "people_stay",
)  # fmt: skip
COARSE = "20"  # a look at 6,000 rows of each tells what plans need at first; the server's own look follows in its time


def rest(persons: int) -> bool:
    """Let them rest until `wake`, while a roll makes so many persons; False where it does not pay, or somebody reads.

    `wake` must come before the end. Whoever would read the register meanwhile waits.
    """
    if persons < MANY:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_rest_indexes(%s)", [persons])
        return bool(cursor.fetchone()[0])


def wake() -> int:
    """Build what rests, and return how many indexes that were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_wake_indexes()")
        return int(cursor.fetchone()[0])


def look_over(filled: Sequence[str] = FILLED) -> None:
    """Let the planner look at tables just filled for the first time, or whoever comes next is answered as if empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('default_statistics_target')")
        former = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('default_statistics_target', %s, true)", [COARSE])
        cursor.execute("ANALYZE " + ", ".join(filled))
        cursor.execute("SELECT set_config('default_statistics_target', %s, true)", [former])
