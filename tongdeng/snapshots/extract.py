"""The snapshot's tables as PostgreSQL queries, the same for one person and for all.

`{numbers}` stands for a relation (n, person_id, territory). No name, id number, phone or address is selected. Caches
stand under the current id; what was recorded under the id of a person merged since is read through the survivor.
"""

TABLES: dict[str, str] = {
    "person": """
        SELECT n.n, i.born_on, i.sex, left(i.hukou_code, 6) AS hukou_division, i.has_police_row, i.marital_status,
               i.education_level, n.territory::text AS community
          FROM {numbers} n JOIN people_identity i USING (person_id)""",
    "stay": """
        SELECT n.n, s.community::text, s.starts_on, s.ends_on, s.registered_on, s.recorded_on, s.lodging, s.reason,
               s.source, s.rank::bigint
          FROM {numbers} n JOIN people_stay s USING (person_id)""",
    "permit": """
        SELECT n.n, p.issued_on, p.endorsed_on, p.as_at AS stated_on
          FROM {numbers} n JOIN people_permit p USING (person_id)""",
    "job": "SELECT n.n, j.form, j.starts_on, j.ends_on, j.as_at FROM {numbers} n JOIN people_job j USING (person_id)",
    "insurance": """
        SELECT n.n, j.form, j.starts_on AS since, s.pension_type, s.pension_enrolled_on, s.unemployment_months::bigint,
               s.work_injury_enrolled_on, s.medical_type, s.contribution_months::bigint, s.as_at
          FROM {numbers} n JOIN people_insurance s USING (person_id)
          LEFT JOIN people_job j ON j.person_id = s.person_id AND j.record_id = s.record_id""",
    "schooling": """
        SELECT n.n, s.stage, s.grade::bigint, s.enrolled_on, s.as_at
          FROM {numbers} n JOIN people_schooling s USING (person_id)""",
    "tenancy": """
        SELECT n.n, t.community::text, t.starts_on, t.ends_on, t.lease_number IS NOT NULL AS lease_number_known, t.as_at
          FROM {numbers} n JOIN people_tenancy t USING (person_id)""",
    "delivery": """
        SELECT n.n, d.service, d.served_on AS on_day, d.outcome, d.record_id AS record
          FROM delivery_delivery d
          JOIN (SELECT own.n, own.person_id FROM {numbers} own
                UNION ALL
                SELECT own.n, merged.id FROM {numbers} own
                  JOIN people_person merged ON merged.survivor_id = own.person_id) n USING (person_id)""",
    "source_roll": "SELECT source, max(as_at) AS as_at FROM people_batch WHERE state = 'done' GROUP BY source",
}  # fmt: skip


# Everyone who lives on under an id of their own, numbered by it: for what is compared at once and kept in no file.
EVERYONE = (
    "(SELECT id AS n, id AS person_id, territory FROM people_person WHERE survivor_id IS NULL AND retired_at IS NULL)"
)


def all_of(snapshot_id: int) -> str:
    """Return the relation of everyone in a snapshot."""
    return f"(SELECT n, person_id, territory FROM snapshots_number WHERE snapshot_id = {int(snapshot_id)})"


def of_place(code: str) -> str:
    """Return the relation of everyone whose territory is one division; their number is their id, kept for no file."""
    if not (len(code) == 12 and code.isdigit()):
        raise ValueError(f"not a division code: {code!r}")
    return f"(SELECT id AS n, id AS person_id, territory FROM people_person WHERE territory = '{code}')"


# One person, numbered by the id, which is the query's only parameter.
ONLY = "(SELECT id AS n, id AS person_id, territory FROM people_person WHERE id = %s)"


def only(person_id: int) -> str:
    """Return the relation of one person, numbered by the id."""
    return f"(SELECT id AS n, id AS person_id, territory FROM people_person WHERE id = {int(person_id)})"
