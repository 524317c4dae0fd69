"""Compiles the matrix to PostgreSQL: rights of the working roles, and one territory policy per personal table."""

from tongdeng.access.matrix import Matrix, Purpose

HEADER = "-- Generated from law/access.toml by `./run policies`. Do not edit.\n"
WORKING = "tongdeng_app, tongdeng_job"
TERRITORY = "territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi)"
HEALTH = "F"
FULL = "SELECT, INSERT, UPDATE, DELETE"


# Sub-selects: PostgreSQL runs each once per statement, not once per row.
DESK = "((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job')"
OWN = "ANY ((SELECT privacy_own())::bigint[])"


def _in_domain(domain: str) -> str:
    letter = "domain" if domain in ("row", "row+desk") else f"'{domain}'"
    return f"strpos((SELECT (access_scope()).domains), {letter}) > 0"


def _condition(domain: str) -> str:
    parts = [TERRITORY]
    if domain != "desk":
        parts.append(_in_domain(domain))
    if domain.endswith("desk"):
        parts.append(DESK)
    return " AND ".join(parts)


def _personal(table: str, domain: str) -> str:
    condition = _condition(domain)
    return "\n".join(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;",
            f"GRANT {FULL} ON {table} TO {WORKING};",
            # A job that has filled a table lets the planner know, which else reads all of it for every single row.
            f"GRANT MAINTAIN ON {table} TO tongdeng_job;",
            f"CREATE POLICY {table}__territory__all ON {table} FOR ALL TO {WORKING}",
            f"    USING ({condition})",
            f"    WITH CHECK ({condition});",
        ]
    )


def _reading(name: str, purpose: Purpose, matrix: Matrix) -> str:
    """Return the policies that open a purpose's tables to somebody in a post, in the whole county, for reading.

    The scope of such a purpose has no territory, so the policies of the territory let nothing through.
    """
    return "\n".join(
        f"CREATE POLICY {table}__{name}__select ON {table} FOR SELECT TO tongdeng_app\n"
        f"    USING ((SELECT (access_scope()).purpose) = '{name}' AND (SELECT (access_scope()).post) > 0"
        f" AND strpos((SELECT (access_scope()).domains), '{matrix.personal[table]}') > 0);"
        for table in purpose.tables
    )


def _own(column: str, domain: str) -> str:
    if column == "record":
        # A record that a split gave to somebody else is theirs alone: only a live link counts.
        own = f"id IN (SELECT record_id FROM people_link WHERE superseded_at IS NULL AND person_id = {OWN})"
    else:
        own = f"{column} = {OWN}"
    return own if domain == "desk" else f"{own} AND {_in_domain(domain)}"


ENTRUSTED = {
    "person": "{column} = ANY ((SELECT privacy_principals())::bigint[])",
    "service": "(person_id || ':' || {column}) = ANY ((SELECT privacy_proxied())::text[])",
    # Only what row security shows of a case: so what belongs to it goes no further than the case itself.
    "case": "person_id = ANY ((SELECT privacy_principals())::bigint[])"
    " AND EXISTS (SELECT FROM desk_case c WHERE c.id = {table}.{column}{kind})",
}


def _proxied(matrix: Matrix) -> list[str]:
    """Return the policies under which somebody at /my/ acts for another, in the services entrusted to them."""
    parts, own = [], matrix.resident
    for table, how in sorted(own.proxied.items()):
        ((way, column),) = how.items()
        kind = f" AND {table}.subject_kind = 'desk.case'" if column == "subject_id" else ""
        ours = ENTRUSTED[way].format(table=table, column=column, kind=kind)
        ours = f"{ours} AND {_in_domain(matrix.personal[table])}"
        checks = {"SELECT": f"USING ({ours})"}
        if table in own.adds:
            checks["INSERT"] = f"WITH CHECK ({ours})"
        if table in own.changes:
            checks["UPDATE"] = f"USING ({ours}) WITH CHECK ({ours})"
        parts += [
            f"CREATE POLICY {table}__proxy__{verb.lower()} ON {table} FOR {verb} TO tongdeng_app\n    {check};"
            for verb, check in checks.items()
        ]
    return parts


def _resident(matrix: Matrix) -> list[str]:
    """Return the policies under which somebody at /my/ reads and adds own rows."""
    own = matrix.resident
    parts = [
        f"CREATE POLICY {table}__resident__select ON {table} FOR SELECT TO tongdeng_app\n"
        f"    USING ({_own(column, matrix.personal[table])});"
        for table, column in sorted(own.reads.items())
    ]
    parts += [
        f"CREATE POLICY {table}__resident__insert ON {table} FOR INSERT TO tongdeng_app\n"
        f"    WITH CHECK ({_own('person_id', 'desk')});"
        for table in sorted(own.adds)
    ]
    # What may change in such a row, a trigger of the table says.
    parts += [
        f"CREATE POLICY {table}__resident__update ON {table} FOR UPDATE TO tongdeng_app\n"
        f"    USING ({mine}) WITH CHECK ({mine});"
        for table, mine in ((one, _own("person_id", matrix.personal[one])) for one in sorted(own.changes))
    ]
    # The owner is under row security, too: without these its functions would find nobody.
    parts += [
        f"CREATE POLICY {table}__found__select ON {table} FOR SELECT TO CURRENT_USER\n"
        f"    USING ((SELECT (access_scope()).purpose) IN ('resident', 'resident_sign_in'));"
        for table in sorted(own.found_by)
    ]
    parts += [
        f"CREATE POLICY {table}__agreed__update ON {table} FOR UPDATE TO CURRENT_USER\n"
        f"    USING ((SELECT (access_scope()).purpose) = 'resident');"
        for table in sorted(own.agreed_by)
    ]
    parts += [
        f"CREATE POLICY {table}__followed__select ON {table} FOR SELECT TO CURRENT_USER\n"
        f"    USING ((SELECT (access_scope()).purpose) = 'follow');"
        for table in sorted(own.followed)
    ]
    # Whoever has a context at all: the function itself asks whether they may see the package.
    parts += [
        f"CREATE POLICY {table}__joined__select ON {table} FOR SELECT TO CURRENT_USER\n"
        f"    USING ({column} IS NOT NULL AND (SELECT (access_scope()).purpose) IS NOT NULL);"
        for table, column in sorted(own.joined.items())
    ]
    return parts


def _purposes(matrix: Matrix) -> str:
    listed = sorted(matrix.purposes.items())
    rows = ",\n".join(f"    ('{name}', '{{{','.join(one.posts)}}}')" for name, one in listed)
    return f"DELETE FROM access_purpose;\nINSERT INTO access_purpose (purpose, kinds) VALUES\n{rows};"


def _posts(matrix: Matrix) -> str:
    rows = ",\n".join(f"    ('{kind}', '{domains}')" for kind, domains in sorted(matrix.posts.items()))
    return f"DELETE FROM access_post_kind;\nINSERT INTO access_post_kind (kind, domains) VALUES\n{rows};"


def _care(table: str, rights: dict[str, str]) -> str:
    condition = f"strpos((SELECT (access_scope()).domains), '{HEALTH}') > 0"
    lines = [f"GRANT {verbs} ON care.{table} TO {login};" for login, verbs in sorted(rights.items())]
    lines += [
        f"CREATE POLICY {table}__health__all ON care.{table} FOR ALL TO {', '.join(sorted(rights))}",
        f"    USING ({condition})",
        f"    WITH CHECK ({condition});",
    ]
    return "\n".join(lines)


JUST_NOW = "opened_at <= clock_timestamp() AND opened_at > clock_timestamp() - interval '1 minute'"
UNJUDGED = "verdict IS NULL AND reviewer_id IS NULL"
IN_EMERGENCY = "(SELECT (access_scope()).purpose) = 'emergency' AND (SELECT (access_scope()).domains) IS NOT NULL"
IN_REVIEW = "(SELECT (access_scope()).purpose) = 'emergency_review' AND (SELECT (access_scope()).domains) IS NOT NULL"
OWN_POST = "post_id = (SELECT (access_scope()).post)"
OWN_PERSON = "person_id = (SELECT (access_scope()).person)"
# The database itself closes an emergency: nobody has to remember to. It asks its own clock, per row, not per statement.
OPENED = f"""{IN_EMERGENCY}
        AND EXISTS (SELECT FROM care.emergency e
                     WHERE e.{OWN_PERSON} AND e.{OWN_POST}
                       AND e.closed_at IS NULL AND e.expires_at > clock_timestamp())
        AND EXISTS (SELECT FROM people_link l WHERE l.record_id = intake_row.record_id
                       AND l.{OWN_PERSON} AND l.superseded_at IS NULL)"""
EMERGENCY = (
    ("people_link", "emergency", "SELECT", f"USING ({IN_EMERGENCY} AND {OWN_PERSON})"),
    ("work_task", "emergency", "INSERT", f"WITH CHECK ({IN_EMERGENCY} AND kind = 'care.emergency')"),
    ("work_task", "judged", "SELECT", f"USING ({IN_REVIEW} AND kind = 'care.emergency')"),
    ("work_task", "judged", "UPDATE", f"USING ({IN_REVIEW} AND kind = 'care.emergency')"),
    ("care.intake_row", "emergency", "SELECT", f"USING ({OPENED})"),
    ("care.emergency", "own", "SELECT", f"USING ({IN_EMERGENCY} AND {OWN_POST})"),
    (
        "care.emergency", "own", "INSERT",
        f"WITH CHECK ({IN_EMERGENCY} AND {OWN_POST} AND {OWN_PERSON} AND {JUST_NOW} AND {UNJUDGED})",
    ),
    ("care.emergency", "own", "UPDATE", f"USING ({IN_EMERGENCY} AND {OWN_POST}) WITH CHECK ({UNJUDGED})"),
    ("care.emergency", "review", "SELECT", f"USING ({IN_REVIEW})"),
    ("care.emergency", "review", "UPDATE", f"USING ({IN_REVIEW}) WITH CHECK ({IN_REVIEW} AND reviewer_id IS NOT NULL)"),
)  # fmt: skip


def _emergencies() -> list[str]:
    """Return the policies by which the login of sealed care opens one person's rows, and shows what was opened."""
    return [
        f"CREATE POLICY {table.rpartition('.')[2]}__{name}__{verb.lower()} ON {table} FOR {verb} TO tongdeng_care\n"
        f"    {condition};"
        for table, name, verb, condition in EMERGENCY
    ]


def compile_sql(matrix: Matrix) -> str:
    """Return the whole of db/policies.sql; applying it twice changes nothing."""
    # A right that was taken out of the matrix must go from the database, too.
    parts = [HEADER, f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WORKING}, tongdeng_care;", _posts(matrix)]
    parts += [f"GRANT {verbs} ON {table} TO {WORKING};" for table, verbs in sorted(matrix.plain.items())]
    parts += [_personal(table, domain) for table, domain in sorted(matrix.personal.items())]
    parts.append(_purposes(matrix))
    parts += [_reading(name, purpose, matrix) for name, purpose in sorted(matrix.purposes.items()) if purpose.tables]
    parts += _resident(matrix)
    parts += _proxied(matrix)
    parts += [f"GRANT {verbs} ON {table} TO tongdeng_care;" for table, verbs in sorted(matrix.sealed_login.items())]
    parts.append(f"REVOKE ALL ON ALL TABLES IN SCHEMA care FROM {WORKING}, tongdeng_care;")
    parts += [_care(table, rights) for table, rights in sorted(matrix.care.items())]
    parts += _emergencies()
    parts.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WORKING};")
    return "\n\n".join(parts) + "\n"
