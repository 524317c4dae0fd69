"""The second process of a large import: it reads the same file and takes every block that the first has not taken.

It knows no database. Its input is a task, its output blocks; it ends when the first process does, since nobody reads.
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
AHEAD = 4  # blocks that may wait: bounds memory, and the second process waits in its turn


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


class Second:
    """The second process as the first sees it. Leaving the block ends it."""

    def __init__(self, task: Task) -> None:
        self._counter: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed on leaving
        self.turns = Turns(self._counter.fileno())
        self._waiting: queue.Queue[Block | Noted | Fault | None] = queue.Queue(AHEAD)
        self._is_over = False
        command = [sys.executable, "-c", START, str(self._counter.fileno())]
        # What a fault prints could quote a row, so nobody hears it; that it ended is all there is to know.
        self._process = subprocess.Popen(  # noqa: S603  our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            pass_fds=(self._counter.fileno(),),
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018  pipes
        self._sending, self._hearing = self._process.stdin, self._process.stdout
        self._place = task.name
        self._listener = threading.Thread(target=self._listen, args=(task,), daemon=True)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        while self._listener.is_alive():  # it may wait for room
            with suppress(queue.Empty):
                self._waiting.get(timeout=0.05)
        self._process.wait()
        for stream in (self._sending, self._hearing, self._counter):
            with suppress(OSError):
                stream.close()

    def _listen(self, task: Task) -> None:
        said: Block | Noted | Fault | None = DIED
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            pickle.dump(task, self._sending)
            self._sending.close()
            while isinstance(said := pickle.load(self._hearing), Block | Noted):  # noqa: S301  from our own child
                self._waiting.put(said)
                said = DIED
        self._waiting.put(said)

    def blocks(self, *, until_end: bool = False) -> Iterator[Block | Noted]:
        """Yield the blocks that have arrived, or also those still to come. Raises UnusableInput for its fault."""
        while not self._is_over:
            try:
                said = self._waiting.get(block=until_end)
            except queue.Empty:
                return
            if isinstance(said, Block | Noted):
                yield said
                continue
            self._is_over = True
            if said == DIED:
                raise unusable("roll.reader_died", self._place)
            if said is not None:
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
