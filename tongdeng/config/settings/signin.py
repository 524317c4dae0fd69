"""How staff sign in: what allauth is told, how long a session lasts, and the county's own identity provider."""

import json
import os
from pathlib import Path

AUTHENTICATION_BACKENDS = ["tongdeng.sites.shell.backend.StaffBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"

# Staff have a name and no e-mail; nobody signs up. Attempts are counted in the database (org_attempt), not by allauth,
# which counts in each process's own memory.
ACCOUNT_ADAPTER = "tongdeng.sites.shell.adapters.StaffAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
ACCOUNT_LOGIN_TIMEOUT = 300  # seconds between password and second factor
ACCOUNT_SESSION_REMEMBER = False  # the cookie goes with the browser

MFA_ADAPTER = "tongdeng.sites.shell.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Tongdeng"
MFA_TOTP_TOLERANCE = 1  # half a minute of a wrong clock
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_REAUTHENTICATION_REQUIRED = False  # shell.proof asks, at more places than allauth does
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there is none
MFA_FORMS = {
    "authenticate": "tongdeng.sites.shell.factor_forms.CodeForm",
    "authenticate_webauthn": "tongdeng.sites.shell.factor_forms.KeyForm",
    "activate_totp": "tongdeng.sites.shell.factor_forms.NewAppForm",
}

SOCIALACCOUNT_ADAPTER = "tongdeng.sites.shell.adapters.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False  # or a link elsewhere could sign somebody in

SESSION_COOKIE_AGE = 8 * 3600  # the longest; idle sessions end sooner
TONGDENG_SESSION_IDLE_SECONDS = 30 * 60
TONGDENG_SESSION_LONGEST_SECONDS = 8 * 3600
TONGDENG_SESSIONS_AT_ONCE = 3
TONGDENG_PROOF_SECONDS = 10 * 60

OIDC_FILE = "oidc.json"
OIDC_KEYS = ("url", "client", "secret", "name")


def provider(home: Path) -> dict[str, object]:
    """Return the county's OpenID provider for allauth: from TONGDENG_OIDC_URL, _CLIENT, _SECRET and _NAME, else from
    `oidc.json` in the home with the same keys in lower case; nothing where neither names one."""  # fmt: skip
    file = home / OIDC_FILE
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known |= {key: value for key in OIDC_KEYS if (value := os.environ.get(f"TONGDENG_OIDC_{key.upper()}"))}
    if not known.get("url"):
        return {}
    app = {
        "provider_id": "county",
        "name": known.get("name") or "OpenID",
        "client_id": known["client"],
        "secret": known["secret"],
        # What lies at the provider under somebody's name is not asked for: only the signed token says who it is.
        "settings": {"server_url": known["url"], "oauth_pkce_enabled": True, "fetch_userinfo": False},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid", "profile"]}}
