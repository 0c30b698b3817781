"""Fixtures for all tests: a database to write, and a way to read it that checks the sum."""

from __future__ import annotations

import inspect
import os
import re
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from langchain_imessage.chatdb.sources import _connect
from langchain_imessage.records import Ledger, Reason
from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_core.messages import BaseMessage

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("no deadline", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=25)
settings.load_profile("no deadline")

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


_POSIX = re.compile(
    r"chmod|fcntl|fork|gete?uid|mkfifo|S_IMODE|SIGHUP|SIGKILL|st_mode|symlink|/(bin|dev|proc)/"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On Windows, leave out the tests of what only other systems have."""
    if os.name != "nt":
        return
    for item in items:
        if isinstance(item, pytest.Function) and needs_posix(item):
            item.add_marker(pytest.mark.skip(reason="Windows has none of it"))


def needs_posix(item: pytest.Function) -> bool:
    """Return whether a test or a fixture of its own file has to do with what Windows has not.

    Training on this computer is refused there, before anything else.
    """
    if "finetuning/local/" in item.path.as_posix():
        return True
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    functions = [fixture.func for found in fixtures for fixture in found]
    return any(
        _POSIX.search(inspect.getsource(function))
        for function in (item.function, *functions)
        if inspect.getmodule(function) is item.module
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came out of a database."""

    sessions: list[Any]
    ledger: Ledger

    @property
    def messages(self) -> list[BaseMessage]:
        """The messages of the only session."""
        (session,) = self.sessions
        return list(session["messages"])

    @property
    def texts(self) -> list[str]:
        """Their words."""
        return [str(message.content) for message in self.messages]

    @property
    def senders(self) -> list[str | None]:
        """Who wrote them."""
        return [message.additional_kwargs["sender"] for message in self.messages]

    def left_out(self, **expected: int) -> None:
        """Assert which rows are no messages, by reason (written with underscores)."""
        found = {
            reason.value.replace(" ", "_"): count
            for reason, count in self.ledger.reasons.items()
        }
        assert found == expected


@pytest.fixture(autouse=True, scope="session")
def temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have temporary files in a folder of this run.

    Whatever reads a database looks through that folder, for what a killed process left.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        yield


@pytest.fixture(autouse=True)
def databases_are_old(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have a database that was written just now read in place, as any old one is.

    Another process would copy it, which takes four times as long as all the rest. Tests
    that are about such databases are marked `fresh`.
    """
    is_fresh = request.node.get_closest_marker("fresh") is not None
    # However long a busy computer takes from the writing to the reading.
    monkeypatch.setattr(_connect, "_QUIET", 3600 if is_fresh else -1)


@pytest.fixture
def in_zone() -> Iterator[Callable[[str], None]]:
    """Set the time zone of this process, until the test ends."""

    def enter(zone: str) -> None:
        if not hasattr(time, "tzset"):
            pytest.skip("Windows has one time zone for all processes")
        environment.setenv("TZ", zone)
        time.tzset()

    with pytest.MonkeyPatch.context() as environment:
        yield enter
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's database is."""
    return tmp_path / "chat.db"


@pytest.fixture
def write(path: Path) -> Callable[..., ChatDatabaseWriter]:
    """Begin a database."""

    def begin(**options: Any) -> ChatDatabaseWriter:
        return ChatDatabaseWriter(path, **options)

    return begin


@pytest.fixture
def load(path: Path) -> Callable[..., Loaded]:
    """Load a database, and check that each of its rows is accounted for."""
    # Here, as the process that only gives out tests to others has no use for it.
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415
        IMessageChatLoader,
    )

    def read(source: Path = path, **options: Any) -> Loaded:
        loader = IMessageChatLoader(source, **options)
        sessions = loader.load()
        ledger = loader.ledger
        assert ledger.rows == ledger.messages + sum(ledger.reasons.values())
        assert Reason.NOT_READ not in ledger.reasons
        assert ledger.messages == sum(len(s["messages"]) for s in sessions)
        return Loaded(sessions=sessions, ledger=ledger)

    return read


@pytest.fixture
def at() -> Callable[[float], datetime]:
    """Give the moment so many seconds after noon of some day."""

    def moment(seconds: float = 0) -> datetime:
        return NOON + timedelta(seconds=seconds)

    return moment


@pytest.fixture(scope="session")
def real() -> Path:
    """Point to the folder of real databases; skip where nobody has named one."""
    folder = os.environ.get("LANGCHAIN_IMESSAGE_REAL")
    if not folder:
        pytest.skip("LANGCHAIN_IMESSAGE_REAL names no folder of real databases")
    return Path(folder)
