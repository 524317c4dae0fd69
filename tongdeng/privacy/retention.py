"""law/retention.toml: how long what is kept, and how many rows are past their time. Nobody is named."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection

from tongdeng.kernel.errors import Text

DELETE, LIST, ELSEWHERE = "delete", "list", "elsewhere"
# Whose every stay has ended before an instant. Somebody of whom no stay is known has not left: nobody knows.
DEPARTED = """
people_person WHERE survivor_id IS NULL AND retired_at IS NULL
  AND EXISTS (SELECT FROM people_stay s WHERE s.person_id = people_person.id)
  AND NOT EXISTS (SELECT FROM people_stay s WHERE s.person_id = people_person.id
                     AND (s.ends_on IS NULL OR s.ends_on > %(before)s))"""


@dataclass(frozen=True)
class Rule:
    """One kind of data and its time. `of`: table, key and column that date the rows, where they have no date."""

    code: str
    name: Text
    table: str
    column: str
    of: tuple[str, ...]
    days: int
    do: str
    clause: Text
    where: str = ""  # a further condition, from the file

    def past(self) -> str:
        """Return the FROM and WHERE of the rows that are past their time."""
        if self.do == LIST:
            return DEPARTED
        if self.of:
            table, key, column = self.of
            more = f" AND {self.where}" if self.where else ""
            return f"{self.table} WHERE {key} IN (SELECT id FROM {table} WHERE {column} < %(before)s){more}"
        return f"{self.table} WHERE {self.column} < %(before)s"


@lru_cache(maxsize=1)
def _file() -> tuple[dict[str, Rule], str]:
    raw = (settings.TONGDENG_LAW / "retention.toml").read_bytes()
    rules = {
        code: Rule(
            code, Text(**said["name"]), said["table"], said.get("column", ""), tuple(said.get("of", ())),
            int(said["days"]), said["do"], Text(**said["clause"]), said.get("where", ""),
        )
        for code, said in tomllib.loads(raw.decode())["rules"].items()
    }  # fmt: skip
    return rules, hashlib.sha256(raw).hexdigest()


def rules() -> dict[str, Rule]:
    """Return every rule by its code."""
    return _file()[0]


def digest() -> str:
    """Return the digest of the file that a run went by."""
    return _file()[1]


def due(rule: Rule, now: datetime) -> int:
    """Return how many rows are past their time, among those the reader may see: what a run would delete."""
    if rule.do == ELSEWHERE:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {rule.past()}", {"before": now - timedelta(days=rule.days)})
        return int(cursor.fetchone()[0])


def delete(rule: Rule, now: datetime) -> int:
    """Delete the rows that are past their time and return how many that were. The caller is in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {rule.past()}", {"before": now - timedelta(days=rule.days)})
        return int(cursor.rowcount)
