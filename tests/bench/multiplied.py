"""A large register for the page benchmark: a county that was taken in as always, copied until it is large enough.

Every row of a person and of their records is copied under new ids, blind keys and places, by the owner and without row
security; what is sealed stays readable, since its key is the same.
"""

from collections.abc import Sequence

from tests.databases import owner_here
from tongdeng.kernel import ids

OF_PEOPLE, OWN = {"person_id", "record_id"}, ("people_person", "people_record")
UNIQUE = {"digest", "key", "id_index", "claimed_index", "phone_index", "guardian_id_index"}
# A copy lives so many communities further, so that every place grows alike.
PLACES = """
CREATE TEMP TABLE copy_place AS
SELECT a.code AS old, b.code AS new FROM
    (SELECT code, row_number() OVER (ORDER BY code) - 1 AS at FROM org_division WHERE level = 'community') a
    JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS at, count(*) OVER () AS n
            FROM org_division WHERE level = 'community') b ON b.at = (a.at + %(turn)s * 7) %% b.n
UNION ALL SELECT code, code FROM org_division WHERE level <> 'community'"""


def multiply(tables: Sequence[str], times: int) -> int:
    """Copy everybody `times` - 1 times over and return how many people there are."""
    with owner_here() as owner:
        columns = {
            table: [row[0] for row in owner.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
                " ORDER BY ordinal_position", [table],
            ).fetchall()]
            for table in tables
        }  # fmt: skip
        copied = [table for table in tables if OF_PEOPLE & set(columns[table]) or table in OWN]
        for table in copied:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        people = [row[0] for row in owner.execute("SELECT id FROM people_person").fetchall()]
        fresh = list(dict.fromkeys(ids.draw(int(len(people) * times * 1.01))))
        taken = set(people)
        fresh = [one for one in fresh if one not in taken]
        most = owner.execute("SELECT max(id) FROM people_record").fetchone()[0]
        for turn in range(1, times):
            with owner.transaction():
                _maps(owner, people, fresh[(turn - 1) * len(people) : turn * len(people)], turn, turn * most)
                for table in copied:
                    owner.execute(_copy(table, columns[table]))
                owner.execute("DROP TABLE copy_person, copy_place, copy_turn")
        for table in copied:
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner.execute("ANALYZE")
        return len(people) * times


def _maps(owner: object, people: list[int], fresh: list[int], turn: int, shift: int) -> None:
    owner.execute("CREATE TEMP TABLE copy_person (old bigint PRIMARY KEY, new bigint)")
    with owner.cursor() as cursor, cursor.copy("COPY copy_person FROM STDIN") as copy:
        for pair in zip(people, fresh, strict=True):
            copy.write_row(pair)
    owner.execute(PLACES, {"turn": turn})
    owner.execute(f"CREATE TEMP TABLE copy_turn AS SELECT '{turn}'::text AS turn, {shift}::bigint AS shift")
    owner.execute("ANALYZE copy_person; ANALYZE copy_place")


def _copy(table: str, columns: list[str]) -> str:
    """Return the statement that copies a table's rows of the county as it was taken in."""
    said, joins = [], ["CROSS JOIN copy_turn t"]
    first = "id" if table == "people_person" else "person_id" if "person_id" in columns else ""
    if first:
        joins.append(f"JOIN copy_person p ON p.old = s.{first}")
    places = [name for name in columns if name in ("territory", "community")]
    for at, name in enumerate(places):
        joins.append(f"JOIN copy_place c{at} ON c{at}.old = s.{name}")
    for name in columns:
        if name == first:
            said.append("p.new")
        elif name == "record_id" or (name == "id" and table == "people_record"):
            said.append(f"s.{name} + t.shift")
        elif name == "id":
            said.append(f"nextval(pg_get_serial_sequence('{table}', 'id'))")
        elif name in places:
            said.append(f"c{places.index(name)}.new")
        elif name in UNIQUE:
            said.append(f"sha256(s.{name} || t.turn::bytea)")
        else:
            said.append(f's."{name}"')
    # What was copied before has no line in copy_person; records have their ids below the first shift.
    own = "" if first else "WHERE s.record_id <= (SELECT shift / turn::bigint FROM copy_turn)"
    own = own.replace("record_id", "id") if table == "people_record" else own
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(said)} FROM {table} s {' '.join(joins)} {own}"
