"""Processes of our own beside this one, and the values that go to them and come back.

Owns how one is started (anew, not forked: it is safe beside threads, and needs no
`if __name__ == "__main__"`), how what is sent is told apart, and its end. What it does is the
caller's: a module whose `main` calls `serve`. Values are pickled; only our own processes
write them.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from langchain_imessage.errors import IMessageError

if TYPE_CHECKING:
    from collections.abc import Callable

_HEAD: Final = 8
"""Bytes that say how many follow."""

_ENDING_SECONDS: Final = 5


class Terminated(SystemExit):
    """Whoever started this process ends it."""


class WorkerProcess:
    """A process that does what it is sent.

    Args:
        module: The name of its module; it has `main`.

    Raises:
        OSError: If no process can be started, as in a program that is its own interpreter.
    """

    def __init__(self, module: str) -> None:
        paths = os.pathsep.join(sys.path)
        self._process = subprocess.Popen(  # noqa: S603 - our own file
            # -P: nothing in the working folder is imported that is not here, too.
            [interpreter(), "-P", "-c", f"from {module} import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback could quote messages
            env={**os.environ, "PYTHONPATH": paths},
        )
        self._source = cast("BinaryIO", self._process.stdin)
        self._output = cast("BinaryIO", self._process.stdout)

    def send(self, data: bytes) -> None:
        """Send a pickled value; that a process has ended is said where it is received."""
        with suppress(OSError):
            write_value(data, self._source)

    def receive(self) -> bytes:
        """Return the next value it sent, pickled.

        Raises:
            EOFError: If it has ended.
        """
        return read_value(self._output)

    def end(self) -> None:
        """End it, which tidies up if it can; any number of times."""
        self._process.terminate()
        try:
            self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """End it, and close what leads to it."""
        self.end()
        with suppress(OSError):  # what it did not take any more
            self._source.close()
        self._output.close()


def interpreter() -> str:
    """Return the interpreter: what multiprocessing would start, so that a host can say."""
    from multiprocessing.spawn import get_executable  # noqa: PLC0415

    if getattr(sys, "frozen", False):  # the program itself, which is no interpreter
        return ""
    return os.fsdecode(get_executable() or "")


def serve(work: Callable[[BinaryIO, BinaryIO], object]) -> None:
    """Do a process's work, until nobody takes what it makes any more.

    Args:
        work: Called with what it is sent and where it writes; an error it raises is sent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this ends it
    signal.signal(signal.SIGTERM, _terminate)  # and copies are removed
    # What a library prints must not come between what is sent.
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)
        try:
            work(sys.stdin.buffer, output)
        except (BrokenPipeError, EOFError):
            pass  # nobody is there any more
        except Terminated:
            raise
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            write_value(pickled_error(error), output)


def _terminate(*_: object) -> None:
    raise Terminated(1)


def write_value(data: bytes, output: BinaryIO) -> None:
    """Write a pickled value, with its length before it."""
    output.write(len(data).to_bytes(_HEAD, "little"))
    output.write(data)
    output.flush()


def read_value(source: BinaryIO) -> bytes:
    """Read a pickled value.

    Raises:
        EOFError: If there is none, or not the whole of it.
    """
    size = int.from_bytes(source.read(_HEAD), "little")
    data = source.read(size)
    if not size or len(data) < size:
        raise EOFError
    return data


def received(source: BinaryIO) -> Any:
    """Return the next value of another process of ours.

    Raises:
        EOFError: If there is none, or not the whole of it.
    """
    return pickle.loads(read_value(source))  # noqa: S301 - our own process wrote it


def pickled(value: Any) -> bytes:
    """Return a value as it is sent."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def sendable(value: Any) -> bytes | None:
    """Return a value as it is sent; None if it cannot be, as an object of a caller's may.

    The error is not told: it may quote what cannot be sent.
    """
    try:
        return pickled(value)
    except Exception:  # noqa: BLE001 - whatever the object raises
        return None


def pickled_error(error: BaseException) -> bytes:
    """Return an error as it is sent: by its kind alone if it cannot be pickled."""
    try:
        data = pickled(error)
        pickle.loads(data)  # noqa: S301 - just written; some can be written, but not read
    except Exception:  # noqa: BLE001 - whatever an error of somebody else's consists of
        kind = type(error).__name__
        # Without its words, which may quote a message.
        return pickled(IMessageError(f"A worker process stopped with {kind}"))
    return data
