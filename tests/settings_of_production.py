"""Production's settings on this worker's test database."""

import os

os.environ["TONGDENG_HOSTS"] = "tongdeng.example"
from tongdeng.config.settings import test as _test
from tongdeng.config.settings.prod import *  # noqa: F403

DATABASES = _test.DATABASES
