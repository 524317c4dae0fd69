"""Posts to act in: a fixed cast of one member of staff for each kind of post and place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tongdeng.audit.types import Actor, command

COUNTY = "990101000000"
EAST, WEST = "990101001001", "990101002001"  # two communities in two towns
# Every kind of post that serves people: the desks of what lies before all of them.
SERVING = (
    "office", "town", "worker", "clerk", "police", "hrss", "education", "housing", "health", "nurse", "civil",
    "justice",
)  # fmt: skip


def staffed(kind: str, division: str = COUNTY) -> Actor:
    """Return a member of staff in such a post at that place, hired when first asked for."""
    from tongdeng.org import actions as org
    from tongdeng.org.models import Staff
    from tongdeng.org.types import PostKind

    login = f"{kind}-{division}"
    found = Staff.objects.using("owner").filter(login=login).first() or org.add_staff(
        login=login, name="王敏", kind=PostKind(kind), division=division, titles=("岗位", "Post"), bureau=None,
        password="a-good-password", by=command("setup"),
    )  # fmt: skip
    return Actor(purpose="serve", staff_id=found.pk, post_id=found.post_id, origin="web")


def signed_in(kind: str, division: str = COUNTY) -> Any:
    """Return a browser (Django's test client) in which a member of staff of this post has signed in."""
    from tests.factors import browser_of
    from tongdeng.org.models import Staff

    return browser_of(Staff.objects.get(pk=staffed(kind, division).staff_id))


@pytest.fixture(scope="module")
def acting_as() -> Callable[..., object]:
    """Act in a post: `with acting_as("worker", EAST) as by:`. Needs `database` or `small_county`."""
    from tongdeng.access.selectors import acting

    @contextmanager
    def enter(kind: str, division: str = COUNTY) -> Iterator[Actor]:
        with acting(staffed(kind, division)) as by:
            yield by

    return enter


@pytest.fixture(scope="module")
def as_job(job_login: Callable[..., object]) -> Callable[..., object]:
    """Act as a command inside its context, to read everything: `with as_job("measure") as by:`."""
    from tongdeng.access.selectors import acting

    @contextmanager
    def enter(purpose: str = "measure") -> Iterator[Actor]:
        with job_login(purpose) as by, acting(by):
            yield by

    return enter
