"""What every installation shares. The database login is chosen by `TONGDENG_ROLE`: `app` for the web, else `job`."""

import os
from pathlib import Path

from tongdeng import postgres

ROOT = Path(__file__).resolve().parents[3]
TONGDENG_LAW = Path(os.environ.get("TONGDENG_LAW") or ROOT / "law")
HOME = postgres.home()
LOGINS = postgres.logins()
TONGDENG_ROOT_KEY = bytes.fromhex(HOME.secrets["root_key"])
TONGDENG_CONTEXT_KEY = bytes.fromhex(HOME.secrets["context_key"])
TONGDENG_FILES = HOME.files
SECRET_KEY = HOME.secrets["django_key"]


def database(role: str) -> dict[str, object]:
    """Return one login as Django wants it."""
    return {"ENGINE": "django.db.backends.postgresql", **postgres.django_settings(LOGINS.of(role))}


ROLE = os.environ.get("TONGDENG_ROLE", "job")
DATABASES = {"default": database(ROLE), "owner": database("owner"), "aside": database(ROLE)}
DATABASE_ROUTERS = ["tongdeng.config.routing.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_vite",
    "procrastinate.contrib.django",
    "tongdeng.audit",
    "tongdeng.org",
    "tongdeng.access",
    "tongdeng.work",
    "tongdeng.people",
    "tongdeng.delivery",
    "tongdeng.snapshots",
    "tongdeng.owed",
    "tongdeng.intake",
    "tongdeng.insight",
]
AUTH_USER_MODEL = "org.Staff"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
DEBUG = False

DIST = ROOT / "tongdeng" / "sites" / "shell" / "static" / "dist"
STATIC_URL = "/static/"
STATIC_ROOT = HOME.path / "static"
STATICFILES_DIRS: list[Path] = []
DJANGO_VITE = {"default": {"manifest_path": DIST / "manifest.json", "static_url_prefix": "dist"}}
