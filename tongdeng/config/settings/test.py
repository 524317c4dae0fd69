"""Tests: an embedded server of their own in a temporary folder, and a database for each worker of the test run.

The folder's name travels in the environment, so that the workers and the commands they start share one server.
"""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from tongdeng.kernel.clock import CHINA

if "TONGDENG_TEST_HOME" not in os.environ:
    folder = Path(tempfile.mkdtemp(prefix="tongdeng-test-"))
    folder.chmod(0o711)  # the server runs as another user where we are root
    os.environ["TONGDENG_TEST_HOME"] = str(folder)
    os.environ["TONGDENG_TEST_OWNER"] = str(os.getpid())  # whoever made the server stops it
# A developer's own installation and a county's own server are never touched by a test.
for name in ("DATABASE_URL", "APP_DATABASE_URL", "JOB_DATABASE_URL", "CARE_DATABASE_URL", "LAW"):
    os.environ.pop(f"TONGDENG_{name}", None)
os.environ |= {
    "TONGDENG_HOME": os.environ["TONGDENG_TEST_HOME"],
    "TONGDENG_TODAY": "2026-11-23",
}
# One line of time for all processes of a run: it begins at nine and reaches no midnight, whenever it is started.
_now = datetime.now(CHINA)
_since_midnight = _now.hour * 3600 + _now.minute * 60 + _now.second
os.environ.setdefault("TONGDENG_CLOCK_SHIFT", str(9 * 3600 - _since_midnight))
os.environ.setdefault("TONGDENG_UNSAFE_FAST", "1")
os.environ.setdefault("TONGDENG_ROLE", "app")  # a command that a test starts has chosen its own before

from tongdeng.config.settings import base  # noqa: E402  reads the environment set above
from tongdeng.config.settings.base import *  # noqa: E402, F403

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEST_DATABASE = f"tongdeng_test_{WORKER}"
LOGINS = base.LOGINS.on(TEST_DATABASE)
DATABASES = {alias: {**known, "NAME": TEST_DATABASE} for alias, known in base.DATABASES.items()}
TONGDENG_FILES = base.HOME.files / WORKER
TONGDENG_FILES.mkdir(mode=0o700, exist_ok=True)
TONGDENG_CARE_DOOR = base.HOME.socket(f"care-{WORKER}")  # each worker's own: behind it is its database
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # made to be quick; no real password here
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
