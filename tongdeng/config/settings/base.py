"""What every installation shares. The database login is chosen by `TONGDENG_ROLE`: `app` for the web, else `job`."""

import os
from pathlib import Path

from tongdeng import postgres
from tongdeng.config.settings import signin
from tongdeng.config.settings.signin import *  # noqa: F403

ROOT = Path(__file__).resolve().parents[3]
TONGDENG_LAW = Path(os.environ.get("TONGDENG_LAW") or ROOT / "law")
HOME = postgres.home()
LOGINS = postgres.logins()
TONGDENG_ROOT_KEY = HOME.root_key()
TONGDENG_CONTEXT_KEY = bytes.fromhex(HOME.secrets["context_key"])
TONGDENG_CARE_KEY = HOME.care_key  # read when it is asked for, which the web never does
TONGDENG_AUDIT_KEY = HOME.audit_key  # likewise
TONGDENG_METRICS_TOKEN = HOME.metrics_token
TONGDENG_COUNTERS = HOME.path / "counters"
# How many reverse proxies of the county's own stand before the web and add to X-Forwarded-For.
TONGDENG_PROXIES = int(os.environ.get("TONGDENG_PROXIES") or 0)
TONGDENG_HEADS = HOME.path / "audit-heads"
TONGDENG_FILES = HOME.files
TONGDENG_MESSAGES = os.environ.get("TONGDENG_MESSAGES", "file")  # `console`, `file`, or a county's own gateway class
TONGDENG_SMTP = os.environ.get("TONGDENG_SMTP", "")  # the county's mail server; without it nobody is told by e-mail
TONGDENG_MAIL_FROM = os.environ.get("TONGDENG_MAIL_FROM", "tongdeng@localhost")
TONGDENG_ADDRESS = os.environ.get("TONGDENG_ADDRESS", "").rstrip("/")  # of the web, as people type it; on papers
# Connected systems: calls of one within a minute, and calls with unknown keys from one address.
TONGDENG_API_CALLS = int(os.environ.get("TONGDENG_API_CALLS") or 600)
TONGDENG_API_BAD_KEYS = int(os.environ.get("TONGDENG_API_BAD_KEYS") or 30)
# Private networks (10.1.0.0/16,...) in which an address that is told of cases may lie, and the county's own authority.
TONGDENG_WEBHOOK_NETWORKS = [one for one in os.environ.get("TONGDENG_WEBHOOK_NETWORKS", "").split(",") if one]
TONGDENG_WEBHOOK_CA = os.environ.get("TONGDENG_WEBHOOK_CA", "")
TONGDENG_CARE_DOOR = HOME.socket("care")
SECRET_KEY = HOME.secrets["django_key"]


def database(role: str) -> dict[str, object]:
    """Return one login as Django wants it."""
    return {"ENGINE": "django.db.backends.postgresql", **postgres.django_settings(LOGINS.of(role))}


ROLE = os.environ.get("TONGDENG_ROLE", "job")
DATABASES = {"default": database(ROLE), "owner": database("owner"), "aside": database(ROLE)}
DATABASE_ROUTERS = ["tongdeng.config.routing.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_vite",
    "procrastinate.contrib.django",
    "tongdeng.audit",
    "tongdeng.org",
    "tongdeng.access",
    "tongdeng.keys",
    "tongdeng.connect",
    "tongdeng.work",
    "tongdeng.notify",
    "tongdeng.documents",
    "tongdeng.people",
    "tongdeng.catalogue",
    "tongdeng.delivery",
    "tongdeng.hall",
    "tongdeng.papers",
    "tongdeng.snapshots",
    "tongdeng.owed",
    "tongdeng.intake",
    "tongdeng.care",
    "tongdeng.desk",
    "tongdeng.privacy",
    "tongdeng.insight",
    "tongdeng.sites.shell",
    "tongdeng.sites.console",
    "tongdeng.sites.portal",
    "tongdeng.config.wiring.Wiring",
]
# Imported when a job is asked for or worked on, not by every command: they reach everything.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    f"{name}.tasks" for name in INSTALLED_APPS if (ROOT / name.replace(".", "/") / "tasks.py").is_file()
]
AUTH_USER_MODEL = "org.Staff"
PASSWORD_HASHERS = [  # scrypt: its memory is what makes guessing dear; PBKDF2 only to read older passwords
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
DEBUG = False

DIST = ROOT / "tongdeng" / "sites" / "shell" / "static" / "dist"
STATIC_URL = "/static/"
STATIC_ROOT = HOME.path / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # empty: WhiteNoise serves from the packages, and warns where this is missing
DJANGO_VITE = {"default": {"manifest_path": DIST / "manifest.json", "static_url_prefix": "dist"}}

MIDDLEWARE = [
    "tongdeng.sites.shell.metrics.Counted",
    "tongdeng.sites.shell.arrivals.Arrivals",
    "django.middleware.security.SecurityMiddleware",
    "tongdeng.sites.shell.middleware.Assets",
    "tongdeng.sites.shell.middleware.PolicyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongdeng.sites.shell.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tongdeng.sites.shell.middleware.ActingStaff",
    "tongdeng.sites.portal.middleware.ActingResident",
    "tongdeng.sites.api.entry.ActingSystem",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
ROOT_URLCONF = "tongdeng.config.urls"
WSGI_APPLICATION = "tongdeng.config.wsgi.application"
SOCIALACCOUNT_PROVIDERS = signin.provider(HOME.path)
# One request, one transaction, one signed context: a page is never half of one state and half of another.
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# An uploaded roll stays in memory until it is sealed: Django's other handler would write it to /tmp in clear.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_tokens": {"()": "tongdeng.sites.shell.logs.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_tokens"]}},
    "loggers": {"django.request": {"filters": ["without_tokens"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
