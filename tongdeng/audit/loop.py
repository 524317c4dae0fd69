"""The loop that seals beside the jobs."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from tongdeng.audit import actions

EVERY = 5.0  # seconds between two seals: half of what is promised
log = logging.getLogger(__name__)


@contextmanager
def sealing(every: float = EVERY) -> Iterator[None]:
    """Seal again and again while the block runs, in a thread with a connection of its own.

    Not as a job: a long import holds the queue up, and nothing may hold sealing up.
    """
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(every):
            try:
                actions.seal_entries()
            except Exception as error:
                # The database may be away for a while. What is not sealed shows in /metrics, and is sealed afterwards.
                log.error("entries were not sealed: %s", type(error).__name__)
                connections.close_all()
        connections.close_all()

    thread = threading.Thread(target=go_on, name="sealing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=10)
