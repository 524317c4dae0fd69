"""The portal as a Django app: templates."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What residents see."""

    name = "tongdeng.sites.portal"
    label = "portal"
