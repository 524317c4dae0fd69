"""Assets built anew under a running server: an old name is not found, and never a server error."""

from pathlib import Path

import pytest
from django.test import RequestFactory

from tongdeng.sites.shell.middleware import Assets


@pytest.fixture
def assets(tmp_path: Path, settings) -> Assets:
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = False
    settings.WHITENOISE_AUTOREFRESH = False
    (tmp_path / "console-1.css").write_text("b {}")
    return Assets(lambda request: pytest.fail("nobody else is asked for an asset"))


def test_an_asset_that_went_away_is_not_found(assets: Assets, tmp_path: Path) -> None:
    asked = RequestFactory().get("/static/console-1.css")
    there = assets(asked)
    there.close()
    assert there.status_code == 200
    (tmp_path / "console-1.css").unlink()
    gone = assets(asked)
    assert (gone.status_code, gone.content) == (404, b"")


def test_a_page_that_misses_a_file_of_its_own_is_still_a_fault(assets: Assets) -> None:
    def broken(request: object) -> None:
        raise FileNotFoundError("a file of the page's own")

    assets.get_response = broken
    with pytest.raises(FileNotFoundError):
        assets(RequestFactory().get("/people/"))
