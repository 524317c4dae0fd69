"""Yes and no to what is optional, and which notices were shown."""

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.privacy import consents, notices, register
from tongdeng.privacy.models import Consent, Shown
from tongdeng.privacy.types import Own


@transaction.atomic
def say(*, purpose: str, is_given: bool, about: Own, giver: int, by: Actor) -> None:
    """Write down a yes or a no to one purpose; each is one act, and as easy as the other."""
    activity = next((one for one in register.optional() if one.code == purpose), None)
    if activity is None:
        raise ValueError(f"nothing optional is called {purpose}")  # the page offers no other
    notice = notices.in_force(activity.notice, clock.today())
    act = consents.GIVEN if is_given else consents.WITHDRAWN
    Consent.objects.create(
        person_id=about.person_id, giver_id=giver, territory=about.territory, purpose=purpose, version=notice.version,
        act=act, at=clock.now(),
    )  # fmt: skip
    audit.record(
        "privacy.consent.given" if is_given else "privacy.consent.withdrawn", by=by, subjects=[about.person_id],
        detail={"purpose": purpose, "version": notice.version},
    )  # fmt: skip


@transaction.atomic
def note_shown(*, name: str, about: Own, by: Actor) -> None:
    """Write down that the notice in force was shown to somebody."""
    version = notices.in_force(name, clock.today()).version
    Shown.objects.create(
        person_id=about.person_id, territory=about.territory, notice=name, version=version, at=clock.now()
    )
    audit.record("privacy.notice.shown", by=by, subjects=[about.person_id], detail={"notice": name, "version": version})
