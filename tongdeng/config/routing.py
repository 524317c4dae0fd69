"""Migrations belong to the owner's login alone."""

from typing import Any


class OwnerMigrates:
    """Sends every migration to the connection `owner`; the working logins own nothing."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tell whether a migration may run on this connection."""
        return db == "owner"
