"""The one way to a PostgreSQL server: the embedded one in `TONGDENG_HOME`, or the county's own."""

from tongdeng.postgres.embedded import stop
from tongdeng.postgres.home import Home, home
from tongdeng.postgres.logins import Logins, django_settings, logins

__all__ = ["Home", "Logins", "django_settings", "home", "logins", "stop"]
