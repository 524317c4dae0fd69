"""A county's own servers, behind its own TLS: everything that only makes sense there."""

import os

from tongdeng.config.settings.base import *  # noqa: F403

# The names residents and officers type, comma-separated; without them the site answers nobody.
ALLOWED_HOSTS = [name for name in os.environ.get("TONGDENG_HOSTS", "").split(",") if name]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked by a balancer inside the machine room
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Names that a browser keeps to this very host, over HTTPS alone.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
