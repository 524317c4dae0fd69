"""Django's own commands, for developers: migrations are made and replayed as the owner."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongdeng.config.settings.dev")
    execute_from_command_line(sys.argv)
