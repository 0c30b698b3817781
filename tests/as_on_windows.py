"""Takes from Python what Windows has not, then goes from a database to an answer.

Run in a process of its own by `test_other_systems.py`. What is taken: fcntl, users and
groups, sessions and groups of processes, flags of `open`, signals; that an open file can be
removed or replaced, and a folder replaced at all; symbolic links, modes, and names with a
colon; and an encoding of text files that is not named.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

POSIX_MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog")
POSIX_NAMES = (
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC",
    "chown", "chroot", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid",
    "getgid", "getgroups", "getpgid", "getuid", "killpg", "lchown", "mkfifo", "mknod",
    "nice", "pread", "pwrite", "setsid", "statvfs", "sysconf", "uname", "waitid",
)  # fmt: skip
FORBIDDEN = re.compile(r"[<>:\"|?*\x00-\x1f]|[. ](/|$)")
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


def with_windows_modes(original: Any) -> Any:
    """Have every file and folder the modes that Windows says they have."""

    def call(*path: Any, **options: Any) -> os.stat_result:
        found = original(*path, **options)
        rights = 0o777 if stat.S_ISDIR(found.st_mode) else 0o666
        mode = stat.S_IFMT(found.st_mode) | rights
        further = {
            name: getattr(found, name)
            for name in dir(found)
            if name.startswith("st_") and name not in found.__match_args__
        }
        return os.stat_result((mode, *tuple(found)[1:]), further)

    return call


def with_windows_names(original: Any) -> Any:
    """Have no file or folder made whose name Windows does not allow."""

    def call(path: Any, *rest: Any, **options: Any) -> Any:
        if isinstance(path, str | os.PathLike) and FORBIDDEN.search(os.fspath(path)):
            raise OSError(22, "Invalid argument", os.fspath(path))
        return original(path, *rest, **options)

    return call


def replacing_no_folder(original: Any) -> Any:
    """Have no folder replaced by another."""

    def call(path: Any, target: Any, **options: Any) -> Any:
        if Path(target).is_dir():
            raise PermissionError(13, "Access is denied", os.fspath(target))
        return original(path, target, **options)

    return call


def no_link(*_: Any, **__: Any) -> None:
    """Refuse, as for a user who is no administrator.

    Raises:
        OSError: Always.
    """
    raise OSError(22, "A required privilege is not held by the client")


def become_windows() -> None:
    """Take away what is only POSIX's."""
    import_module("asyncio")  # whose part for POSIX needs what is taken
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
        setattr(os, name, refusing(replacing_no_folder(getattr(os, name)), target=True))
    for name in ("stat", "lstat", "fstat"):
        setattr(os, name, with_windows_modes(getattr(os, name)))
    for name in ("mkdir", "open"):
        setattr(os, name, with_windows_names(getattr(os, name)))
    os.symlink = no_link
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
        "validate dataset",
        "jobs",
    ):
        sys.argv = ["langchain-imessage", *words.split()]
        try:
            main()
        except SystemExit as ended:
            assert not ended.code, words  # noqa: PT017


if __name__ == "__main__":
    become_windows()
    {"journey": journey, "command_line": command_line}[sys.argv[1]]()
