"""What a reading warns of: filters that match nothing, words that cannot be read.

Names neither people nor chats.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from langchain_imessage.chatdb._filters import ChatNamed, HasPerson, distinct_names
from langchain_imessage.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from langchain_imessage.chatdb._read_options import OnError, ReadOptions
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.records import Chat


def warn(problem: str) -> None:
    """Warn of a problem."""
    warnings.warn(problem, UserWarning, stacklevel=3)


def report(on_error: OnError, row: MessageRow) -> None:
    """Treat a row whose words cannot be read as asked.

    Raises:
        DecodeError: If that is to raise.
    """
    if problem := unreadable(on_error, row):
        warn(problem)


def unreadable(on_error: OnError, row: MessageRow) -> str:
    """Return what to warn of where a row's words cannot be read; "" for nothing.

    Raises:
        DecodeError: If that is to raise.
    """
    problem = f"The words of message row {row.rowid} cannot be read"
    if on_error == "raise":
        raise DecodeError(problem, guid=row.guid)
    return problem if on_error == "warn" else ""


def unmatched(
    options: ReadOptions, every: Sequence[Chat], chosen: Sequence[Chat]
) -> Iterator[str]:
    """Yield what to warn of, as sentences without names.

    Args:
        options: The filters among them.
        every: All conversations.
        chosen: Those that are wanted.
    """
    tests = (("chats", options.chats, ChatNamed), ("people", options.people, HasPerson))
    for option, names, test in tests:
        if names is None or callable(names):
            continue
        if missing := _missing(test, names, every):
            count = len(distinct_names(names))
            yield f"{option}: {missing} of {count} names match no conversation"
    if every and not chosen and options.groups is not None:
        yield f"No conversation matches groups={options.groups}"


def without_messages(options: ReadOptions) -> Iterator[str]:
    """Yield what to warn of where no message came out of a whole pass."""
    names = ("services", "after", "before")
    found = [name for name in names if getattr(options, name)]
    if found and not options.since:
        yield f"No message matches {', '.join(found)}"


def _missing(
    kind: type[HasPerson | ChatNamed], names: Collection[str], chats: Iterable[Chat]
) -> int:
    """Count the names that no conversation answers to."""
    tests = [kind.of([name]) for name in distinct_names(names)]
    for chat in chats:
        tests = [test for test in tests if not test(chat)]
    return len(tests)
