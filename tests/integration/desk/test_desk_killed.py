"""The nightly job is killed in the middle of a step: a case is before or after it, and the next run does the rest."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import psycopg
import pytest
from django.conf import settings

from tests.cases import events, nightly, state, submitted
from tests.databases import environment, owner_here
from tests.residents import residents
from tongdeng.desk.types import State

LATER = date(2026, 12, 1)
JOB = """
import os, sys
import django
django.setup()
os.environ["TONGDENG_TODAY"] = sys.argv[1]  # the settings of tests have set another
from tongdeng.access.types import DESK
from tongdeng.audit.types import job
from tongdeng.desk import actions
actions.carry_out_deadlines(by=job(DESK))
"""
SLEEP = """
CREATE FUNCTION sleep_in_the_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.case_id = {case} AND NEW.act = 'deem_accepted' THEN PERFORM pg_sleep(60); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sleep_in_the_step AFTER INSERT ON desk_event FOR EACH ROW EXECUTE FUNCTION sleep_in_the_step()"""
IN_THE_STEP = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


@contextmanager
def falling_asleep_at(case: int) -> Iterator[psycopg.Connection]:
    """Let the step of one case take a minute, after its event was written and before its row is."""
    with owner_here() as owner:
        owner.execute(SLEEP.format(case=case))
        try:
            yield owner
        finally:
            owner.execute("DROP TRIGGER sleep_in_the_step ON desk_event; DROP FUNCTION sleep_in_the_step()")


@pytest.mark.usefixtures("small_county")
def test_a_killed_job_leaves_no_case_between_two_steps(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", "2026-11-23")
    first, second = (submitted(who) for who in residents(2))
    monkeypatch.setenv("TONGDENG_TODAY", LATER.isoformat())
    with falling_asleep_at(second):
        # The server ends a session whose client is gone only when it next writes: so both are watched.
        worker = subprocess.Popen([sys.executable, "-c", JOB, LATER.isoformat()], env=environment())
        try:
            _wait_for_the_step()
            os.kill(worker.pid, signal.SIGKILL)
        finally:
            worker.kill()
            worker.wait(30)
        _end_the_session()
        assert (state(first), state(second)) == (State.ACCEPTED, State.SUBMITTED)
        assert events(second) == [1, 2, 3]
    assert nightly()["deemed_accepted"] == 1
    assert (state(first), state(second)) == (State.ACCEPTED, State.ACCEPTED)
    assert events(first) == events(second) == [1, 2, 3, 4]
    assert nightly()["deemed_accepted"] == 0


def asked_as_the_job(query: str) -> list[tuple[object, ...]]:
    """Ask in the worker's own login: nobody else sees what its sessions wait for."""
    with psycopg.connect(settings.LOGINS.of("job"), autocommit=True) as connection:
        return connection.execute(query).fetchall()


def _wait_for_the_step() -> None:
    for _ in range(600):
        if asked_as_the_job(IN_THE_STEP) != [(0,)]:
            return
        time.sleep(0.1)
    pytest.fail("the job never came to the step")


def _end_the_session() -> None:
    asked_as_the_job("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
