"""A database grows in random steps and is read with a cursor: nothing is ever missed."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from langchain_imessage import IMessageChatLoader
from langchain_imessage.chatdb.databases import _open_databases
from langchain_imessage.chatdb.sync import _marks
from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_imessage.testing import Written

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
PEOPLE = ("+15550101", "+15550102")


@pytest.fixture(autouse=True, scope="module")
def few_recent_messages() -> Iterator[None]:
    """Let both ways of comparing messages occur in a small database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_open_databases, "RECENT", 3)
        patch.setattr(_marks, "_SHARE", 4)
        yield


class Growing:
    """A database, and the steps it can make; each takes a number to choose by."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = ChatDatabaseWriter(path)
        self.people = [self.db.handle(address) for address in PEOPLE]
        self.chats = [self.db.chat(person) for person in self.people]
        self.chats.append(self.db.chat(*self.people, display_name="Both"))
        self.written: list[Written] = []
        self.words = 0
        self.time = 0

    def say(self, n: int, **columns: Any) -> Written:
        """Write a message, now or, as if it came late, long ago."""
        self.words += 1
        self.time += 60
        late = n % 4 == 3
        chat = None if n % 7 == 6 else self.chats[n % 3]
        written = self.db.message(
            chat,
            f"words {self.words}",
            at=NOON + timedelta(seconds=-n if late else self.time),
            sender=None if n % 2 else self.people[n % len(self.people)],
            **columns,
        )
        self.written.append(written)
        return written

    def empty(self, n: int) -> None:
        """Write a row without words, or give one its words."""
        row = self.say(n)
        body = self.db.value(row, "attributedBody")
        self.db.update(row, text=None, attributedBody=None)
        if n % 2:
            self.later.append(lambda: self.db.update(row, attributedBody=body))

    def wait(self, n: int) -> None:
        """Schedule a message; it is sent in a later step."""
        row = self.say(n)
        self.db.schedule(row)
        self.later.append(
            lambda: self.db.update(row, schedule_type=0, schedule_state=0)
        )

    def do_later(self, n: int) -> None:
        """Do what another step has left for later."""
        if self.later:
            self.later.pop(n % len(self.later))()

    def join(self, n: int) -> None:
        """Put a message in a chat it may not have been in."""
        with suppress(Exception):
            self.db.insert(
                "chat_message_join",
                chat_id=self.chats[n % 3],
                message_id=self.some(n).rowid,
            )

    def leave(self, n: int) -> None:
        """Take a message out of its chats."""
        self.run("DELETE FROM chat_message_join WHERE message_id = ?", self.some(n))

    def edit(self, n: int) -> None:
        """Edit a message, at a time that may be long ago."""
        self.words += 1
        at = NOON + timedelta(seconds=n)
        versions = ("before", at), (f"edited {self.words}", at)
        with suppress(Exception):  # of what has no body
            self.db.edit(self.some(n), *versions)

    def react(self, n: int) -> None:
        """React to a message, or take a reaction away."""
        self.time += 60
        self.written.append(
            self.db.reaction(
                self.some(n),
                ("loved", "liked")[n % 2],
                chat=self.chats[n % 3],
                at=NOON + timedelta(seconds=self.time),
                sender=self.people[n % 2],
                removed=n % 5 == 4,
            )
        )

    def react_in_words(self, n: int) -> None:
        """React as an Android phone does."""
        said = self.db.value(self.some(n), "text") or "nothing"
        self.time += 60
        row = self.db.message(
            self.chats[n % 3],
            f"Liked “{said}”",
            at=NOON + timedelta(seconds=self.time),
            sender=self.people[n % 2],
        )
        self.written.append(row)

    def rename(self, n: int) -> None:
        """Rename the group."""
        self.time += 60
        at = NOON + timedelta(seconds=self.time)
        self.db.group_event(self.chats[2], item_type=2, at=at, group_title=f"Group {n}")

    def delete(self, n: int) -> None:
        """Delete a row of any kind, in its chats too."""
        row = self.some(n)
        self.leave_row(row)
        self.run("DELETE FROM message WHERE ROWID = ?", row)
        self.written.remove(row)

    def delete_newest(self, n: int) -> None:
        """Delete the newest rows, whose numbers then may be given again."""
        for _ in range(min(1 + n % 4, len(self.written) - 1)):
            row = self.written.pop()
            self.leave_row(row)
            self.run("DELETE FROM message WHERE ROWID = ?", row)

    def read(self, n: int) -> None:
        """Store that a message was read."""
        self.db.update(self.some(n), date_read=self.db._date(NOON + timedelta(n)))

    def leave_row(self, row: Written) -> None:
        self.run("DELETE FROM chat_message_join WHERE message_id = ?", row)

    def some(self, n: int) -> Written:
        return self.written[n % len(self.written)] if self.written else self.say(n)

    def run(self, sql: str, row: Written) -> None:
        self.db._connection.execute(sql, (row.rowid,))

    def __getattr__(self, name: str) -> list[Callable[[], None]]:
        if name != "later":
            raise AttributeError(name)
        self.later: list[Callable[[], None]] = []
        return self.later


STEPS = [
    "say",
    "say",
    "say",
    "say",
    "empty",
    "wait",
    "do_later",
    "join",
    "leave",
    "edit",
    "react",
    "react",
    "react_in_words",
    "rename",
    "delete",
    "delete_newest",
    "read",
    "pass",
    "pass",
    "pass",
    "broken_pass",
]


_STEP = st.tuples(st.sampled_from(STEPS), st.integers(0, 999))


def _seen(loader: IMessageChatLoader) -> Iterator[tuple[str, Any]]:
    for session in loader.lazy_load():
        for message in session["messages"]:
            kwargs = dict(message.additional_kwargs)
            kwargs.pop("read_at", None)  # followed for the latest messages only
            yield str(message.id), (message.content, kwargs)


@pytest.mark.slow
@pytest.mark.parametrize("content", ["text", "annotated"])
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(_STEP, min_size=20, max_size=40))
# A message in two chats, and a row in none: whichever of them was written to last.
@example(
    steps=[
        ("say", 0),
        ("join", 256),
        *[("say", 0)] * 5,
        ("say", 160),
        ("react_in_words", 259),
        ("pass", 0),
        *[("say", 0)] * 3,
    ]
)
def test_every_message_comes_as_it_is_in_the_end(
    content: Any, steps: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        growing = Growing(Path(folder, "chat.db"))
        cursor: str | None = None
        delivered: dict[str, Any] = {}
        for step, n in [*steps, ("pass", 0)]:
            growing.db._connection.commit()
            if step == "pass":
                loader = IMessageChatLoader(growing.path, since=cursor, content=content)
                delivered.update(_seen(loader))
                cursor = loader.cursor
            elif step == "broken_pass":
                loader = IMessageChatLoader(growing.path, since=cursor, content=content)
                delivered.update(zip(range(n % 2), _seen(loader), strict=False))
            else:
                getattr(growing, step)(n)
        everything = dict(_seen(IMessageChatLoader(growing.path, content=content)))
        for guid, form in everything.items():
            assert delivered.get(guid) == form
        again = IMessageChatLoader(growing.path, since=cursor, content=content)
        assert not dict(_seen(again)), "nothing has happened since"
        growing.db._connection.close()
