"""The four logins of one database: its owner, the web, the jobs, and sealed care. None of them is a superuser."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import psycopg
from psycopg import sql

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.postgres import embedded
from tongdeng.postgres.home import Home, home

DATABASE = "tongdeng"
OWNER = "tongdeng_owner"
WORKING = ("app", "job", "care")  # tongdeng_app, tongdeng_job, tongdeng_care
# Nobody signs in as this one: the owner takes it on to remove what has passed its time from the record of acts.
MAINTENANCE = "tongdeng_maintenance"


@dataclass(frozen=True)
class Logins:
    """A libpq URL for each login."""

    owner: str
    app: str
    job: str
    care: str

    def of(self, role: str) -> str:
        """Return the URL of `owner`, `app`, `job` or `care`."""
        return str(getattr(self, role))

    def on(self, database: str) -> "Logins":
        """Return the same logins on another database of the same server."""
        return Logins(*(_with_database(url, database) for url in (self.owner, self.app, self.job, self.care)))


def django_settings(url: str) -> dict[str, object]:
    """Return a libpq URL as the keys of Django's DATABASES."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(query.pop("port", parts.port or "")),
        "OPTIONS": query,
    }


def _with_database(url: str, database: str) -> str:
    parts = urlsplit(url)
    return parts._replace(path="/" + database).geturl()


def _with_login(url: str, user: str, password: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user)}:{quote(password)}@{place}").geturl()


def _url(folder: Path, user: str, password: str, database: str) -> str:
    return f"postgresql://{user}:{password}@/{database}?host={quote(str(folder), safe='')}"


def _ensure_role(connection: psycopg.Connection, name: str, password: str, rights: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if known else "CREATE"
    statement = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {} " + rights)
    connection.execute(statement.format(sql.Identifier(name), sql.Literal(password)))


def _ensure_owner(place: Home, folder: Path) -> None:
    """Make the owner and the database. The superuser is used for this and for nothing else."""
    keys = place.secrets
    with psycopg.connect(_url(folder, "postgres", keys["superuser"], "postgres"), autocommit=True) as root:
        _ensure_role(root, OWNER, keys["owner"], "CREATEROLE CREATEDB NOSUPERUSER NOBYPASSRLS")
        if not root.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            root.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _ensure_working_roles(owner: str, passwords: dict[str, str]) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        for role, password in passwords.items():
            _ensure_role(connection, f"tongdeng_{role}", password, "NOCREATEROLE NOCREATEDB")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [MAINTENANCE]).fetchone():
            connection.execute(f"CREATE ROLE {MAINTENANCE} NOLOGIN")
            connection.execute(f"GRANT {MAINTENANCE} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE")


@lru_cache(maxsize=4)
def _embedded(place: Path) -> Logins:
    where = Home(place)
    folder = embedded.start(where)
    keys = where.secrets
    owner = _url(folder, OWNER, keys["owner"], DATABASE)
    ready = where.path / "roles-2.ready"  # the number grows with the list of roles
    if not ready.exists():
        with where.locked():
            _ensure_owner(where, folder)
            _ensure_working_roles(owner, {role: keys[role] for role in WORKING})
            ready.touch()
    return Logins(owner, *(_url(folder, f"tongdeng_{role}", keys[role], DATABASE) for role in WORKING))


def _external(owner: str) -> Logins:
    given = {role: os.environ.get(f"TONGDENG_{role.upper()}_DATABASE_URL") for role in WORKING}
    made = {role: home().secrets[role] for role in WORKING if not given[role]}
    try:
        _ensure_working_roles(owner, made)
    except psycopg.OperationalError as error:
        raise UnusableInput(
            "postgres.unreachable",
            Text(f"连不上数据库：{error}", f"cannot reach the database: {error}"),
            place="TONGDENG_DATABASE_URL",
            remedy=Text("请检查地址、用户和密码", "check the address, the login and the password"),
        ) from None
    return Logins(owner, *(given[role] or _with_login(owner, f"tongdeng_{role}", made[role]) for role in WORKING))


def logins() -> Logins:
    """Return the logins, starting the embedded server if `TONGDENG_DATABASE_URL` names no other."""
    owner = os.environ.get("TONGDENG_DATABASE_URL")
    return _external(owner) if owner else _embedded(home().path)
