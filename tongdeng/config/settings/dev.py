"""An embedded installation: the demo, a laptop, one county's own machine."""

from tongdeng.config.settings.base import *  # noqa: F403

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
