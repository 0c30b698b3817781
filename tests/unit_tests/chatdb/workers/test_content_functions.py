"""Content functions in other processes: their errors come back, or they are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.testing import write_large_database, write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.records import Message


class QuotingText(str):
    """A text that quotes itself when it is pickled."""

    __slots__ = ()

    def __reduce__(self) -> str:
        raise ValueError(str(self))


def quoting(message: Message) -> str:
    return QuotingText(f"{message.text}!") if message.rowid == 27 else message.text


def shouted(message: Message) -> str | None:
    return message.text.upper() or None


class NeedsTwoError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


class FailingContent:
    """Raises an error of a kind at one message."""

    def __init__(self, kind: type[BaseException], *words: str) -> None:
        self.kind, self.words = kind, words

    def __call__(self, message: Message) -> str:
        if message.rowid == 27:
            raise self.kind(*self.words)
        return message.text


class Unsendable:
    """Content that quotes a message when it is pickled."""

    def __call__(self, message: Message) -> str:
        return message.text

    def __reduce__(self) -> str:
        raise ValueError("secret words")


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ((LookupError, "seven"), LookupError),
        ((NeedsTwoError, "se", "ven"), NeedsTwoError),  # which cannot be sent
        ((SystemExit, "seven"), SystemExit),
        ((KeyboardInterrupt, "seven"), KeyboardInterrupt),
        ((StopIteration, "seven"), RuntimeError),
    ],
)
def test_an_error_of_the_content_function_comes_when_its_turn_does(
    error: tuple[Any, ...], kind: type[BaseException], path: Path
) -> None:
    write_large_database(path, messages=40, chats=4)
    counts = []
    for workers in (1, 2):
        with ChatDatabase(
            path, content=FailingContent(*error), workers=workers
        ) as database:
            found = []
            with pytest.raises(kind, match=r"seven|StopIteration"):
                found.extend(database.conversations())
            counts.append((found, database.ledger))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize(
    "content",
    [lambda message: message.text, shouted, Unsendable()],
    ids=["lambda", "of the program", "raises"],
)
def test_a_content_function_that_cannot_be_sent_is_refused(
    content: Callable[[Message], str],
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_sample(path)
    monkeypatch.setattr("__main__.shouted", shouted, raising=False)
    if content is shouted:  # found here, and not where it is sent to
        monkeypatch.setattr(shouted, "__module__", "__main__")
        monkeypatch.setattr(
            "langchain_imessage.chatdb.workers._sent_jobs._Unpickler.find_class",
            lambda *_: (_ for _ in ()).throw(AttributeError),
            raising=False,
        )
    with (
        ChatDatabase(path, content=content, workers=2) as database,
        pytest.raises(ArgumentValueError, match="defined in a module") as caught,
    ):
        list(database.conversations())
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("chats", [0, 1])
def test_whether_it_is_refused_does_not_depend_on_how_many_conversations_there_are(
    chats: int, path: Path
) -> None:
    write_large_database(path, messages=5, chats=1)
    with (
        ChatDatabase(
            path, content=lambda m: m.text, chats=lambda _: chats == 1, workers=2
        ) as database,
        pytest.raises(ArgumentValueError, match="defined in a module"),
    ):
        list(database.conversations())


def test_content_that_cannot_be_sent_back_is_made_here(
    path: Path, threads: Any
) -> None:
    write_large_database(path, messages=40, chats=4)
    found = []
    for workers in (1, 2):
        with ChatDatabase(path, content=quoting, workers=workers) as database:
            found.append((list(database.conversations()), database.ledger))
    assert found[0] == found[1]
    assert threads.started == 2
