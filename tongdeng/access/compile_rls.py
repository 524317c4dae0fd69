"""Compiles the matrix to PostgreSQL: rights of the working roles, and one territory policy per personal table."""

from tongdeng.access.matrix import Matrix, Purpose

HEADER = "-- Generated from law/access.toml by `./run policies`. Do not edit.\n"
WORKING = "tongdeng_app, tongdeng_job"
TERRITORY = "territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi)"
HEALTH = "F"
FULL = "SELECT, INSERT, UPDATE, DELETE"


def _condition(domain: str) -> str:
    # One sub-select a column: PostgreSQL runs each once per statement, not once per row.
    letter = "domain" if domain == "row" else f"'{domain}'"
    return f"{TERRITORY} AND strpos((SELECT (access_scope()).domains), {letter}) > 0"


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


def compile_sql(matrix: Matrix) -> str:
    """Return the whole of db/policies.sql; applying it twice changes nothing."""
    # A right that was taken out of the matrix must go from the database, too.
    parts = [HEADER, f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WORKING};", _posts(matrix)]
    parts += [f"GRANT {verbs} ON {table} TO {WORKING};" for table, verbs in sorted(matrix.plain.items())]
    parts += [_personal(table, domain) for table, domain in sorted(matrix.personal.items())]
    parts.append(_purposes(matrix))
    parts += [_reading(name, purpose, matrix) for name, purpose in sorted(matrix.purposes.items())]
    parts.append(f"REVOKE ALL ON ALL TABLES IN SCHEMA care FROM {WORKING}, tongdeng_care;")
    parts += [_care(table, rights) for table, rights in sorted(matrix.care.items())]
    parts.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WORKING};")
    return "\n\n".join(parts) + "\n"
