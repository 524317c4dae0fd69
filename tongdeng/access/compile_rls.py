"""Compiles the matrix to PostgreSQL: rights of the working roles, and one territory policy per personal table."""

from tongdeng.access.matrix import Matrix

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
            f"CREATE POLICY {table}__territory__all ON {table} FOR ALL TO {WORKING}",
            f"    USING ({condition})",
            f"    WITH CHECK ({condition});",
        ]
    )


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
    parts.append(f"REVOKE ALL ON ALL TABLES IN SCHEMA care FROM {WORKING}, tongdeng_care;")
    parts += [_care(table, rights) for table, rights in sorted(matrix.care.items())]
    parts.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WORKING};")
    return "\n\n".join(parts) + "\n"
