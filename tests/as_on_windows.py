"""Takes from Python what Windows has not, then goes from a database to an answer.

Run in a process of its own by `test_other_systems.py`. What is taken: fcntl, users and
groups, sessions and groups of processes, flags of `open`, signals; that an open file can be
removed or replaced; and an encoding of text files that is not named.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

POSIX_MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog")
POSIX_NAMES = (
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC",
    "chown", "chroot", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid",
    "getgid", "getgroups", "getpgid", "getuid", "killpg", "lchown", "mkfifo", "mknod",
    "nice", "pread", "pwrite", "setsid", "statvfs", "sysconf", "uname", "waitid",
)  # fmt: skip
POSIX_SIGNALS = ("SIGALRM", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2")


def open_here() -> set[str]:
    """Return the files that this process has open."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            found.add(str(descriptor.readlink()))
        except OSError:
            continue
    return found


def refusing(original: Any, *, target: bool) -> Any:
    """Have a file that is open neither removed nor replaced."""

    def call(path: Any, *rest: Any, **options: Any) -> Any:
        touched = {os.path.realpath(path)}
        if target and rest:
            touched.add(os.path.realpath(rest[0]))
        if isinstance(path, str | os.PathLike) and touched & open_here():
            raise PermissionError(13, "The file is in use", os.fspath(path))
        return original(path, *rest, **options)

    return call


def become_windows() -> None:
    """Take away what is only POSIX's."""
    for name in (*POSIX_MODULES, "mlx"):  # mlx has no wheels for it
        sys.modules[name] = None  # type: ignore[assignment]
    for name in POSIX_NAMES:
        if hasattr(os, name):
            delattr(os, name)
    for name in POSIX_SIGNALS:
        delattr(signal, name)
    for name in ("unlink", "remove"):
        setattr(os, name, refusing(getattr(os, name), target=False))
    for name in ("replace", "rename"):
        setattr(os, name, refusing(getattr(os, name), target=True))
    warnings.filterwarnings(
        "error", category=EncodingWarning, module=r"langchain_imessage(\..*)?"
    )


def journey() -> None:
    """Read, prepare, write, report, train and ask, as README does."""
    from langchain_imessage import (  # noqa: PLC0415
        IMessageChatLoader,
        Redactor,
        fine_tune,
        prepare,
        read_dataset,
        write_dataset,
        write_report,
        write_vault,
    )
    from langchain_imessage.testing import FineTuningServer, write_sample  # noqa: PLC0415

    folder = Path("Ünï cødé & blanks")
    folder.mkdir()
    loader = IMessageChatLoader(write_sample(folder / "chat.db"))
    assert loader.ledger is None or loader.load()
    redactor = Redactor(names=["Fox"], region="US")
    examples = prepare(loader, sender="Tortoise", redactor=redactor)
    dataset = write_dataset(examples, folder / "dataset")
    write_dataset(
        prepare(loader, sender="Tortoise", redactor=redactor), folder / "dataset"
    )
    write_vault(redactor.vault, folder / "vault.json")
    write_report(read_dataset(folder / "dataset"), folder / "report.html")
    with FineTuningServer() as server:
        job = fine_tune(dataset, base_url=server.base_url, confirm=True)
        job.wait(progress=False)
        assert job.chat_model().invoke("What's the golden thread?").content
    assert not list(folder.glob("**/*.part"))


def command_line() -> None:
    """Run the commands that read, as a terminal with an old code page has them."""
    from langchain_imessage.cli import main  # noqa: PLC0415

    for words in (
        "sample s.db",
        "doctor s.db",
        "chats s.db",
        "show 1 s.db",
        "search race s.db",
        "stats s.db",
        "export s.db -o all.jsonl",
        "export s.db --format html -o pages",
        "prepare s.db --sender Tortoise",
        "report",
    ):
        sys.argv = ["langchain-imessage", *words.split()]
        try:
            main()
        except SystemExit as ended:
            assert not ended.code, words  # noqa: PT017


if __name__ == "__main__":
    become_windows()
    {"journey": journey, "command_line": command_line}[sys.argv[1]]()
