"""The shell as a Django app: templates, template tags and built assets."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Page frame and components shared by the sites."""

    name = "tongdeng.sites.shell"
    label = "shell"

    def ready(self) -> None:
        """Begin a sitting whenever Django signs somebody in: no way in may leave it out."""
        from django.contrib.auth.signals import user_logged_in

        from tongdeng.sites.shell import sittings

        user_logged_in.connect(sittings.begin, dispatch_uid="tongdeng.sitting")
