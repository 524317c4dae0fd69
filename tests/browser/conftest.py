"""Readers of the served county: each in a browser context of their own, signed in once a module."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.reading import Reader, sign_in


@pytest.fixture(scope="module")
def signed_in(chromium: Any, site: str) -> Callable[[str], dict[str, Any]]:
    """Give what a browser keeps of somebody's sign-in, to open further contexts with."""
    kept: dict[str, dict[str, Any]] = {}

    def state_of(login: str) -> dict[str, Any]:
        if login not in kept:
            context = chromium.new_context(base_url=site)
            sign_in(context.new_page(), login)
            kept[login] = context.storage_state()
            context.close()
        return kept[login]

    return state_of


@pytest.fixture(scope="module")
def reader(chromium: Any, site: str, signed_in: Callable[[str], dict[str, Any]]) -> Iterator[Callable[..., Reader]]:
    """Open the product for somebody: `reader("worker", lang="en", width=390, height=844)`; no name: not signed in."""
    opened = []

    def enter(login: str = "", *, lang: str = "", width: int = 1440, height: int = 900, **options: Any) -> Reader:
        state = signed_in(login) if login else None
        size = {"width": width, "height": height}
        context = chromium.new_context(base_url=site, viewport=size, storage_state=state, **options)
        context.set_default_timeout(15_000)
        if lang:
            context.add_cookies([{"name": "django_language", "value": lang, "url": site}])
        opened.append(context)
        return Reader(context.new_page())

    yield enter
    for context in opened:
        context.close()
