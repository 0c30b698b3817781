"""How a command ends: its exit code, and one line that says why.

No error is shown as a traceback, and none with the text of a message in it.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
import traceback
import warnings
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from langchain_imessage.cli.terminal._option_names import with_option_names
from langchain_imessage.cli.terminal._printing import note
from langchain_imessage.errors import DatabaseNotFoundError, IMessageError
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_NO_DATABASE = (
    "Give the path of a chat.db, an sms.db or an iPhone backup; to try it without any, "
    "`langchain-imessage sample` writes one."
)

_TRACEBACK = "LANGCHAIN_IMESSAGE_TRACEBACK"
"""The variable that has the traceback of an internal error printed."""

_SIGNALS = ("SIGTERM", "SIGHUP")


class Exit(IntEnum):
    """How a command ends."""

    DONE = 0
    """All went well."""
    FAILED = 1
    """It could not be done; stderr says why, and what to do."""
    USAGE = 2
    """The command line is wrong."""
    INCOMPLETE = 3
    """Done, but there is something to look at: rows that cannot be read, findings."""
    INTERRUPTED = 130
    """Stopped with Ctrl-C."""
    NO_READER = 141
    """What reads the output has ended, as `head` does; a shell reports SIGPIPE so."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End a command that cannot be done with one line, and warn in one line each."""
    with _signals_as_exits(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("default", category=UserWarning)
        warnings.showwarning = _show_warning
        try:
            yield
            sys.stdout.flush()
        except KeyboardInterrupt:
            note("Interrupted.")
            raise typer.Exit(Exit.INTERRUPTED) from None
        except BrokenPipeError:
            _discard_output()
            raise typer.Exit(Exit.NO_READER) from None
        except (IMessageError, OSError, ValueError, sqlite3.Error) as error:
            fail(_words_of(error))
        except (RecursionError, MemoryError):
            fail("The input is too large or nested too deeply to be read.")
        except Exception as error:  # anything else is a fault of ours
            if _is_for_the_parser(error):
                raise
            _internal(error)


def fail(message: str) -> NoReturn:
    """End the command with an error.

    Raises:
        typer.Exit: Always.
    """
    try:
        note(f"Error: {with_option_names(message)}", style="red")
    except OSError:  # stderr may be as full or closed as stdout is
        _discard_output()
    _flush_or_discard()
    raise typer.Exit(Exit.FAILED)


def end_of_output(error: OSError) -> NoReturn:
    """End the program where what it prints cannot be written: a full disk, no reader.

    Raises:
        SystemExit: Always.
    """
    is_pipe = isinstance(error, BrokenPipeError)
    if not is_pipe:
        with suppress(OSError):
            note(f"Error: {_words_of(error)}", style="red")
    _discard_output()
    sys.exit(Exit.NO_READER if is_pipe else Exit.FAILED)


def _words_of(error: Exception) -> str:
    if isinstance(error, DatabaseNotFoundError):
        return f"{str(error).rstrip('.')}. {_NO_DATABASE}"
    if isinstance(error, IMessageError):
        return str(error)
    if isinstance(error, sqlite3.Error):
        return f"SQLite: {error}"
    if isinstance(error, OSError) and error.strerror:
        if error.filename is None:
            return error.strerror
        return f"{safe_line(os.fsdecode(error.filename))}: {error.strerror}"
    return str(error) or type(error).__name__


def _is_for_the_parser(error: Exception) -> bool:
    """Return whether it is one of typer's own: wrong usage, an exit, no answer."""
    return type(error).__module__.partition(".")[0] in {"click", "typer"}


def _internal(error: Exception) -> NoReturn:
    """Return where an error of ours is, without its words: they may be private."""
    if os.environ.get(_TRACEBACK):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}"
    fail(
        f"Internal error: {type(error).__name__} in {where}. "
        f"Please report it; {_TRACEBACK}=1 prints the traceback."
    )


def _show_warning(message: Any, *_: Any, **__: Any) -> None:
    note(f"Warning: {with_option_names(str(message))}", style="yellow")


def _flush_or_discard() -> None:
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _discard_output()


def _discard_output() -> None:
    """Have nothing flushed at the end into a pipe or a disk that takes no more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            descriptor = os.open(os.devnull, os.O_WRONLY)
            os.dup2(descriptor, stream.fileno())
            os.close(descriptor)
        except (OSError, ValueError):
            continue


@contextmanager
def _signals_as_exits() -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP end a command as an error would: tidied up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, _terminate) for number in numbers}
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # as `cli.main` leaves it
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _terminate(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)  # as a shell reports it; passes every `except Exception`
