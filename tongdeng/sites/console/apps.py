"""The console as a Django app: the officers' pages."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Templates and views of the staff site."""

    name = "tongdeng.sites.console"
    label = "console"
