"""The shell as a Django app: templates, template tags and built assets."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Page frame and components shared by the sites."""

    name = "tongdeng.sites.shell"
    label = "shell"
