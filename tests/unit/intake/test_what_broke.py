"""What broke is told by its kind, and never in the words of the database, which may quote a row."""

import errno

import psycopg
import pytest
from django.db import InternalError, OperationalError

from tongdeng.intake.faults import explained


def caused(outer: Exception, inner: Exception) -> Exception:
    """Return an error raised from another, as Django wraps the driver's."""
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (caused(OperationalError("x"), psycopg.errors.DiskFull("could not extend file")), "intake.roll.disk_full"),
        (caused(OperationalError("x"), psycopg.errors.OutOfMemory("out of memory")), "intake.roll.disk_full"),
        (OSError(errno.ENOSPC, "No space left on device"), "intake.roll.disk_full"),
        (caused(OperationalError("x"), psycopg.errors.AdminShutdown("terminating")), "intake.roll.connection_lost"),
        (caused(OperationalError("x"), psycopg.OperationalError("closed unexpectedly")), "intake.roll.connection_lost"),
        (caused(InternalError("aborted"), psycopg.errors.InFailedSqlTransaction("aborted")), "intake.roll.broke"),
        (ValueError("赵春梅 10012345678"), "intake.roll.broke"),
    ],
    ids=["disk", "memory", "file", "shut down", "cut off", "aborted", "fault"],
)
def test_the_kind_of_fault_is_told_with_a_way_out(error, code):
    told = explained(error, "roll.csv")
    assert told.code == code
    assert told.place == "roll.csv"
    assert told.remedy.zh
    assert told.remedy.en
    assert "赵春梅" not in f"{told} {told.fact} {told.remedy}"


def test_the_first_fault_of_a_broken_transaction_is_the_one_that_is_told():
    first = psycopg.errors.DiskFull("could not extend file")
    later = psycopg.errors.InFailedSqlTransaction("aborted")
    later.__context__ = first
    assert explained(caused(InternalError("aborted"), later)).code == "intake.roll.disk_full"
