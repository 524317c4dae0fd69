"""What broke during an import, for whoever sent the roll. Whatever it was, the import's one transaction is undone."""

import errno
from collections.abc import Iterator

from tongdeng.kernel.errors import Text, TongdengError

AGAIN = Text("请再送一次；如果又不成，请找系统管理员", "send it again; if it fails again, call the administrator")
FULL = ("53100", "53200")  # PostgreSQL: disk full, out of memory
LOST = ("57P01", "57P02", "57P03", "08000", "08003", "08006")  # shut down, crashed, not yet up, connection failures


def explained(error: BaseException, place: str = "") -> TongdengError:
    """Return the fact and the way out. The error's own words are left out: a database may quote the row."""
    for cause in _causes(error):
        state = getattr(cause, "sqlstate", None) or ""
        if state in FULL or getattr(cause, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return TongdengError(
                "intake.roll.disk_full",
                Text("磁盘或内存满了，什么都没有改动", "the disk or the memory is full; nothing was changed"),
                place=place,
                remedy=Text(
                    "请系统管理员腾出空间，然后再送一次", "have the administrator free some space, then send it again"
                ),
            )
        # A connection that breaks off without a word has no state at all.
        if state in LOST or (type(cause).__module__.startswith("psycopg") and not state):
            return TongdengError(
                "intake.roll.connection_lost",
                Text(
                    "与数据库的连接断了，什么都没有改动", "the connection to the database was lost; nothing was changed"
                ),
                place=place,
                remedy=AGAIN,
            )
    return TongdengError(
        "intake.roll.broke",
        Text("导入时系统出了故障，什么都没有改动", "the system failed during the import; nothing was changed"),
        place=place,
        remedy=AGAIN,
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what led to it: Django wraps the driver's, and a broken transaction hides the first."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [cause for cause in (one.__cause__, one.__context__) if cause is not None]
