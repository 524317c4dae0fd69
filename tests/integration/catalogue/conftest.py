"""Two people, as publishing a law needs them."""

import pytest

from tests.posts import staffed
from tongdeng.audit.types import Actor


@pytest.fixture(scope="module")
def office(database: str) -> Actor:
    """Return a member of the leading group's office, who drafts and proposes."""
    return staffed("office")


@pytest.fixture(scope="module")
def justice(database: str) -> Actor:
    """Return a member of the justice bureau, who approves."""
    return staffed("justice")
