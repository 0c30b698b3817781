"""However a command ends: one line and a code, never a traceback or half a file."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("typer")

from langchain_imessage.chatdb import ChatDatabase
from langchain_imessage.cli import _write_whole_outputs
from langchain_imessage.cli.commands.reading import _list_chats
from langchain_imessage.cli.commands.training import _list_jobs
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.testing import write_large_database

if TYPE_CHECKING:
    from collections.abc import Callable

COMMAND = [sys.executable, "-m", "langchain_imessage"]


def started(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    words = [*COMMAND, *map(str, arguments)]
    return subprocess.run(words, check=False, timeout=600, **options)


def raises(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (KeyboardInterrupt(), (130, "Interrupted.\n")),
        (BrokenPipeError(), (141, "")),
        (OSError(28, "No space left"), (1, "Error: No space left\n")),
        (OSError(2, "Not there", "a\x1bb"), (1, "Error: a\ufffdb: Not there\n")),
        (RecursionError(), (1, "Error: The input is too large or nested")),
        (ValueError("sink= is wrong"), (1, "Error: --sink is wrong\n")),
        (KeyError("private"), (1, "Error: Internal error: KeyError in test_exits")),
    ],
)
def test_an_error_is_one_line_and_a_code(
    error: BaseException,
    ending: tuple[int, str],
    run: Callable,
    sample: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, said = ending
    monkeypatch.setattr(ChatDatabase, "conversations", raises(error))
    result = run("chats", sample)
    assert result.exit_code == code
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == bool(said)
    assert "private" not in result.stderr


def test_the_traceback_of_an_internal_error_is_printed_on_request(
    run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChatDatabase, "conversations", raises(KeyError("x")))
    monkeypatch.setenv("LANGCHAIN_IMESSAGE_TRACEBACK", "1")
    assert "Traceback" in run("chats", sample).stderr


def test_a_warning_is_one_line_that_names_options(
    run: Callable, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def summary(*_: object) -> Any:
        warnings.warn("`sender` never\x1b occurs", stacklevel=1)
        warnings.warn("not for users", DeprecationWarning, stacklevel=1)
        raise ValueError("over")

    monkeypatch.setattr(_list_chats, "_summary", summary)
    result = run("chats", sample)
    assert result.stderr == "Warning: --sender never\ufffd occurs\nError: over\n"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["chats", "{}"],
        ["export", "{}", "-o", "-", "--after", "2023-08-28"],  # fits every buffer
        ["shwo"],
    ],
)
def test_a_full_disk_is_one_line(arguments: list[str], sample: Path) -> None:
    with Path("/dev/full").open("w") as full:
        words = [word.format(sample) for word in arguments]
        done = started(*words, stdout=full, stderr=subprocess.PIPE)
        assert b"Traceback" not in done.stderr
        if arguments != ["shwo"]:
            *notes, error = done.stderr.splitlines()
            assert error == b"Error: No space left on device"
            assert b"Error" not in b"".join(notes)
        assert done.returncode == (2 if arguments == ["shwo"] else 1)
        done = started(*words, stdout=full, stderr=full)
        assert done.returncode


def test_an_unbuffered_stdout_is_written_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class Narrow(io.BytesIO, io.RawIOBase):
        def write(self, data: Any) -> int:
            return super().write(bytes(data)[:3])

    raw = Narrow()
    unbuffered: Any = raw  # what TextIOWrapper has under PYTHONUNBUFFERED
    stdout = io.TextIOWrapper(unbuffered, "latin-1", "replace", write_through=True)
    monkeypatch.setattr(sys, "stdout", stdout)
    _write_whole_outputs()
    assert sys.stdout is stdout, "a caller's own stream is not replaced"
    monkeypatch.setattr(sys, "__stdout__", stdout)
    _write_whole_outputs()
    sys.stdout.write("more than three bytes: \xe9 \u20ac\n")
    assert raw.getvalue() == b"more than three bytes: \xe9 ?\n"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("read", [0, 1])
def test_a_reader_that_leaves_ends_the_command_as_sigpipe_would(
    read: int, tmp_path: Path
) -> None:
    """The output is larger than a pipe, so some of it is unwritten when the reader goes."""
    write_large_database(tmp_path / "chat.db", messages=2000)
    reader, writer = os.pipe()
    command = subprocess.Popen(
        [*COMMAND, "export", str(tmp_path / "chat.db"), "-o", "-"],
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert len(os.read(reader, read)) == read
    os.close(reader)
    _, said = command.communicate(timeout=600)
    assert (command.returncode, said) == (141, b"")


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_are_not_written_to(closed: str, sample: Path) -> None:
    before = sample.read_bytes()
    words = " ".join([*COMMAND, "show", "1", str(sample)])
    done = subprocess.run(
        ["/bin/bash", "-c", f"{words} {closed}"], check=False, capture_output=True
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert sample.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "utf-8"])
def test_any_terminal_shows_what_it_can(encoding: str, sample: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = started("show", "2", sample, env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    heart = "❤️" if encoding == "utf-8" else r"\u2764\ufe0f"
    assert f"[reacted {heart} to".encode() in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_nothing_half_made(name: str, tmp_path: Path) -> None:
    code = (
        "import signal, sys, time\n"
        # A shell has what it starts in the background ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from langchain_imessage.cli.commands.reading import _export_sessions\n"
        "from langchain_imessage.cli import main\n"
        "def slow(items, *_, **__):\n"
        "    for item in items:\n"
        "        print('began', file=sys.stderr, flush=True)\n"
        "        time.sleep(30)\n"
        "        yield item\n"
        "_export_sessions.tracked = slow\n"
        "main()\n"
    )
    from langchain_imessage.testing import write_sample  # noqa: PLC0415

    database = write_sample(tmp_path / "chat.db")
    process = subprocess.Popen(
        [sys.executable, "-c", code, "export", database, "-o", tmp_path / "out.jsonl"],
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    assert process.stderr.readline() == b"began\n"
    process.send_signal(getattr(signal, name))
    rest = process.stderr.read()
    number = getattr(signal, name)
    assert process.wait(600) == 128 + number
    assert b"Traceback" not in rest
    assert [file.name for file in tmp_path.iterdir()] == ["chat.db"]
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends it by another way")
def test_an_interrupt_while_modules_are_imported_is_no_traceback(
    tmp_path: Path,
) -> None:
    # A module that is imported at the start interrupts it, at that very moment.
    (tmp_path / "typer.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n"
    )
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from langchain_imessage.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, check=False
    )
    assert ended.returncode == -signal.SIGINT  # 130 to a shell
    assert ended.stderr == b""


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert printing.has_terminal() is False


def test_a_state_file_with_an_odd_date_is_listed() -> None:
    assert _list_jobs._minute(1e99) == "?"
