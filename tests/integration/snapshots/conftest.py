"""The county the facts are tried on."""

from collections.abc import Iterator

import pytest

from tests.integration.snapshots.tables import County


@pytest.fixture
def county() -> Iterator[County]:
    """A county with tables and no rows."""
    county = County()
    yield county
    county.connection.close()
