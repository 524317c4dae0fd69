"""Finds staff by name and password."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend

from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor

SIGN_IN = "sign_in"


class StaffBackend(ModelBackend):
    """Django's own, but a stronger hash of an old password is written as the person who has just proved it.

    The database lets nobody write another person's password.
    """

    def authenticate(self, request: Any, username: str | None = None, password: str | None = None, **_: Any) -> Any:
        """Return who this is, or None; an unknown name takes as long as a wrong password."""
        if username is None or password is None:
            return None
        model = get_user_model()
        staff = model.objects.filter(login=username).first()
        if staff is None:
            model().set_password(password)
            return None
        with acting(Actor(SIGN_IN, staff.pk, staff.post_id, "web")):
            is_right = staff.check_password(password)
        return staff if is_right and self.user_can_authenticate(staff) else None

    def get_user(self, user_id: int) -> Any:
        """Return the member of staff of a session with post and unit, in one query; None for a closed account."""
        found = get_user_model().objects.select_related("post__unit").filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None
