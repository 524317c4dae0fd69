"""The two readers of a large import: a thread beside the connection, and a process that reads the same file.

Each takes every block that the other has not taken; neither knows a database. The process's input is a task, its output
blocks; it ends when the first process does, since nobody reads.
"""

import fcntl
import gc
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import IO, NamedTuple, Self

from tongdeng.intake.blocks import Block, Noted, Task, blocks
from tongdeng.intake.errors import unusable
from tongdeng.kernel.errors import NOTHING, Text, TongdengError, UnusableInput
from tongdeng.keys.exports import Root, use

START = "import django; django.setup(); from tongdeng.intake.second import main; main()"
AHEAD = 4  # blocks that may wait: bounds memory, and the readers wait in their turn


class Fault(NamedTuple):
    """What the second process found wrong with the file."""

    code: str
    fact: Text
    place: str
    remedy: Text


DIED = Fault("", NOTHING, "", NOTHING)


class Turns:
    """Numbers from 0 on, each given once among the processes that hold the file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __call__(self) -> int:
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
        turn = int.from_bytes(os.pread(self._descriptor, 8, 0), "big")
        os.pwrite(self._descriptor, (turn + 1).to_bytes(8, "big"), 0)
        fcntl.lockf(self._descriptor, fcntl.LOCK_UN)
        return turn


class Readers:
    """A thread of this process and a process of its own, which share the reading. Leaving the block ends both."""

    def __init__(self, task: Task) -> None:
        self._task, self._is_over = task, False
        self._counter: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed on leaving
        self._waiting: queue.Queue[Block | Noted | Fault | BaseException | None] = queue.Queue(AHEAD)
        command = [sys.executable, "-c", START, str(self._counter.fileno())]
        # What a fault prints could quote a row, so nobody hears it; that it ended is all there is to know.
        self._process = subprocess.Popen(  # noqa: S603  our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            pass_fds=(self._counter.fileno(),),
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018  pipes
        self._sending, self._hearing = self._process.stdin, self._process.stdout
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._read)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_over = True
        self._process.kill()
        while any(thread.is_alive() for thread in self._threads):  # they may wait for room
            with suppress(queue.Empty):
                self._waiting.get(timeout=0.05)
        self._process.wait()
        for stream in (self._sending, self._hearing, self._counter):
            with suppress(OSError):
                stream.close()

    def _listen(self) -> None:
        said: Block | Noted | Fault | None = DIED
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            pickle.dump(self._task, self._sending)
            self._sending.close()
            while isinstance(said := pickle.load(self._hearing), Block | Noted):  # noqa: S301  from our own child
                self._waiting.put(said)
                said = DIED
        self._waiting.put(said)

    def _read(self) -> None:
        """Do this process's share; the connection is another thread's."""
        said = None
        try:
            for block in blocks(self._task, Turns(self._counter.fileno())):
                if self._is_over:
                    return
                self._waiting.put(block)
        except BaseException as error:
            said = error
        self._waiting.put(said)

    def blocks(self) -> Iterator[Block | Noted]:
        """Yield all blocks as they come. Raises UnusableInput for what either reader found wrong with the file."""
        reading = len(self._threads)
        while reading:
            said = self._waiting.get()
            if isinstance(said, Block | Noted):
                yield said
            elif said is None:
                reading -= 1
            elif isinstance(said, BaseException):
                raise said
            elif said == DIED:
                raise unusable("roll.reader_died", self._task.name)
            else:
                raise UnusableInput(said.code, said.fact, place=said.place, remedy=said.remedy)


def main() -> None:
    """Do the second process's share of the work."""
    gc.disable()  # as in the first process: rows make no cycles, and looking for some takes its time
    out = sys.stdout.buffer
    task: Task = pickle.load(sys.stdin.buffer)  # noqa: S301  from the process that started this one
    use(Root.REGISTER, task.keys)  # those of the first process's transaction, whatever is newer by now
    with suppress(BrokenPipeError):
        try:
            for block in blocks(task, Turns(int(sys.argv[1]))):
                pickle.dump(block, out, pickle.HIGHEST_PROTOCOL)
                out.flush()
            pickle.dump(None, out)
        except TongdengError as error:
            pickle.dump(Fault(error.code, error.fact, error.place, error.remedy), out)
        out.flush()
