"""Rolls sent over the web: judged at once, kept sealed until their import, and gone after it."""

from django.conf import settings

from tongdeng.catalogue import selectors as catalogue
from tongdeng.intake.actions.take_in import county_aliases
from tongdeng.intake.kept_files import keep, kept, remove
from tongdeng.intake.rolls import read_roll
from tongdeng.kernel import clock
from tongdeng.org import selectors as org

__all__ = ["LARGEST", "check", "keep", "kept", "remove"]
LARGEST = settings.FILE_UPLOAD_MAX_MEMORY_SIZE  # larger rolls go through the command


def check(*, source: str, data: bytes, name: str) -> int:
    """Return how many rows a file has. Raises UnusableInput when it is no such roll."""
    today = clock.today()
    stream = read_roll(
        source, data, today=today, communities=org.community_codes(today), services=catalogue.bureaus_of_services(),
        ended=org.ended_codes(today), aliases=county_aliases(), name=name,
    )  # fmt: skip
    return stream.count_rows()
