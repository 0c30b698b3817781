"""The command `langchain-imessage`: arguments to calls, and results to the terminal.

Nothing is decided here that a caller of the library could not decide. The commands are
put together in `_app`, which needs the extra `cli`; this file only says so.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from typing import Any

from langchain_imessage.errors import MissingDependencyError

_STANDARD = 3
"""The descriptors of stdin, stdout and stderr are below it."""


def main() -> None:
    """Run the command line; exits with one of `terminal._exits.Exit`."""
    _end_quietly_if_interrupted()
    _open_standard_streams()
    _write_whole_outputs()
    try:
        from langchain_imessage.cli._app import app  # noqa: PLC0415
    except ImportError as error:
        if error.name not in {"typer", "rich"}:
            raise
        missing = MissingDependencyError(error.name, extra="cli")
        print(f"Error: {missing}", file=sys.stderr)  # noqa: T201  # there is no rich
        sys.exit(1)
    app()


def _end_quietly_if_interrupted() -> None:
    """Have Ctrl-C end the process without a traceback while there is nothing to tidy up.

    That is while modules are imported, and at the very end. In between, where commands
    run, it is a KeyboardInterrupt again (`terminal._exits`).
    """
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _open_standard_streams() -> None:
    """Have nothing printed into a file that would get the number of a closed stream."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < _STANDARD:
        pass
    os.close(descriptor)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _write_whole_outputs() -> None:
    """Have stdout buffered where PYTHONUNBUFFERED is set.

    An unbuffered stream writes what fits a disk or a pipe that nobody reads any more, and
    drops the rest without an error. A caller's own stream is left alone.
    """
    stdout: Any = sys.stdout
    is_own = stdout is sys.__stdout__
    raw = getattr(stdout, "buffer", None)
    if is_own and isinstance(raw, io.RawIOBase):
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(raw),
            encoding=stdout.encoding,
            errors=stdout.errors,
            line_buffering=True,
        )
