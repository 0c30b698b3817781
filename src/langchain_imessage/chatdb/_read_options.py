"""What can be chosen when a database is read: one list, one description, checked once.

`ReadOptions` holds the values, `ReadKeywords` is the same list for type checkers, and
`takes_options` shows it as the signature of what takes `**options`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, TypeVar

from langchain_imessage.arguments import require_zone
from langchain_imessage.chatdb._filters import chat_test
from langchain_imessage.chatdb.assembly._rendering import annotate
from langchain_imessage.chatdb.sync._cursor import Cursor
from langchain_imessage.errors import ArgumentTypeError, ArgumentValueError

if TYPE_CHECKING:
    from langchain_imessage.chatdb._filters import ChatFilter
    from langchain_imessage.chatdb.assembly._rendering import ContentPolicy
    from langchain_imessage.chatdb.people._address_books import ContactsSource
    from langchain_imessage.records import Chat

OnError: TypeAlias = Literal["skip", "warn", "raise"]
"""What to do about a row whose words cannot be read: count it, also warn, or stop."""

ReadProgress: TypeAlias = Callable[[int, int], object]
"""Called with how many conversations have been read, and how many there are."""

_Class = TypeVar("_Class", bound=type)


class ReadKeywords(TypedDict, total=False):
    """The fields of `ReadOptions`, as keyword arguments."""

    password: str | None
    unify_chats: bool
    chats: ChatFilter | None
    people: Collection[str] | None
    groups: bool | None
    services: Collection[str] | None
    after: datetime | None
    before: datetime | None
    since: str | None
    on_error: OnError
    content: Literal["text", "annotated"] | ContentPolicy
    contacts: ContactsSource
    own_name: str
    attachments: str | PathLike[str] | None
    progress: ReadProgress | None
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReadOptions:
    """What to read of a database, and how.

    Args:
        password: An iPhone backup's, if it is encrypted (extra `backup`).
        unify_chats: Whether chats of one person or one group that Apple split over
            services and addresses are one conversation.
        chats: Which chats to read: their titles, addresses, identifiers or guids, of two
            people's also the other person; or a test on `records.Chat`.
        people: Only chats that one of these people is in: names or addresses.
        groups: Only groups (True), or no groups (False). Defaults to both.
        services: Only messages that went over these: "iMessage", "SMS", "RCS", ...
        after: First moment to read; an aware datetime.
        before: First moment no longer to read; an aware datetime.
        since: Only what is new or changed since an earlier pass: its `cursor`.
        on_error: What to do about a row whose words cannot be read: "skip" (count it in
            the ledger), "warn" (also warn) or "raise".
        content: What a message's content is: "text" (its words; a row without any is no
            message), "annotated" (also what is not words, in brackets: `[image]`,
            `[reacted ❤️ to "..."]`), or a function of `records.Message`.
        contacts: Names for addresses (extra `contacts`): "auto" for this Mac's address
            book or the backup's, the path of an address book or a vCard file, or a
            mapping from address to name.
        own_name: The name of the owner; a contact of that name is named apart.
        attachments: The folder attachments are in. Defaults to the database's own. Those
            of an encrypted backup are decrypted to it, and without it only listed.
        progress: Called after each conversation with how many have been read, and how
            many there are.
        workers: How many processes read the conversations. With 2 or more this one puts
            together what they read; what comes out is the same, in the same order. It
            pays for some 100,000 messages and more, and where more than one core is idle.
            They are started anew, so that no `if __name__ == "__main__"` is needed, but a
            `content` function has to be defined in a module that can be imported. No more
            are started than there are cores (two at least). A private copy is unlinked once
            they have opened it: a second pass over it is read by this process alone.

    Raises:
        TypeError: If a value is of the wrong type; the message names the option.
        ValueError: If it is none of those there are, a moment has no time zone, or
            `since` is no cursor.

    Example:
        >>> ReadOptions(groups=False, on_error="warn")
        ReadOptions(groups, on_error)
        >>> ReadOptions(on_error="explode")
        Traceback (most recent call last):
        langchain_imessage.errors.ArgumentValueError: on_error must be "skip", "warn" or "raise"
    """

    password: str | None = None
    unify_chats: bool = True
    chats: ChatFilter | None = None
    people: Collection[str] | None = None
    groups: bool | None = None
    services: Collection[str] | None = None
    after: datetime | None = None
    before: datetime | None = None
    since: str | None = None
    on_error: OnError = "skip"
    content: Literal["text", "annotated"] | ContentPolicy = "text"
    contacts: ContactsSource = None
    own_name: str = "Me"
    attachments: str | PathLike[str] | None = None
    progress: ReadProgress | None = None
    workers: int = 1

    def __post_init__(self) -> None:
        """Check the values."""
        for name, is_allowed, allowed in _CHECKS:
            if not is_allowed(getattr(self, name)):
                raise ArgumentTypeError(f"{name} must be {allowed}")
        for name in ("after", "before"):
            moment = getattr(self, name)
            if moment is not None:
                require_zone(name, moment)
        if self.on_error not in {"skip", "warn", "raise"}:
            raise ArgumentValueError('on_error must be "skip", "warn" or "raise"')
        if isinstance(self.content, str) and self.content not in {"text", "annotated"}:
            raise ArgumentValueError(
                'content must be "text", "annotated" or a function'
            )
        if self.workers < 1:
            raise ArgumentValueError("workers must be at least 1")
        if self.since:
            Cursor.parse(self.since)

    def policy(self) -> ContentPolicy | None:
        """Return the content policy; None is words only, which needs no policy."""
        if callable(self.content):
            return self.content
        return annotate() if self.content == "annotated" else None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show which options are set, never names, numbers or a password."""
        chosen = (
            field.name
            for field in fields(self)
            if getattr(self, field.name) != field.default
        )
        return f"{type(self).__name__}({', '.join(chosen)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WantedByBoth:
    """A test: whether two sets of options both want a conversation."""

    first: ReadOptions
    second: ReadOptions

    def __call__(self, chat: Chat) -> bool:
        """Test a conversation."""
        return all(
            chat_test(one.chats, people=one.people, groups=one.groups)(chat)
            for one in (self.first, self.second)
        )


def options_of(taker: object, options: Mapping[str, Any]) -> ReadOptions:
    """Return the options that a class was called with.

    Args:
        taker: An instance of the class.
        options: What it was called with.

    Raises:
        TypeError: If there is no such option, in the words Python has for it; or if a value
            is of the wrong type.
        ValueError: If a value is wrong.

    Example:
        >>> options_of(object(), {"own_name": "Ann"}).own_name
        'Ann'
    """
    for name in options.keys() - {field.name for field in fields(ReadOptions)}:
        raise ArgumentTypeError(
            f"{type(taker).__name__}() got an unexpected keyword argument {name!r}"
        )
    return ReadOptions(**options)


def narrowed(options: ReadOptions, narrower: ReadOptions) -> ReadKeywords:
    """Return what to read where only what two sets of options both want may be read.

    Args:
        options: What was wanted.
        narrower: Which conversations and which times may be read; the rest is not asked.

    Example:
        >>> from datetime import UTC, datetime
        >>> first, second = (datetime(year, 1, 1, tzinfo=UTC) for year in (2023, 2024))
        >>> narrowed(ReadOptions(after=first), ReadOptions(after=second))["after"].year
        2024
    """
    moments = (options.after, narrower.after), (options.before, narrower.before)
    after, before = ([m for m in pair if m is not None] for pair in moments)
    return {
        "chats": WantedByBoth(first=options, second=narrower),
        "people": None,
        "groups": None,
        "after": max(after, default=None),
        "before": min(before, default=None),
    }


def takes_options(*own: inspect.Parameter) -> Callable[[_Class], _Class]:
    """Show the options as parameters of a class that takes `**options`.

    `help()`, and completion in a notebook, then list them as if they were written out.

    Args:
        own: Further keyword parameters that class has among its options.

    Returns:
        A decorator of the class.

    Example:
        >>> @takes_options()
        ... class Reader:
        ...     def __init__(self, path, **options): ...
        >>> "people" in inspect.signature(Reader).parameters
        True
    """

    def decorate(decorated: _Class) -> _Class:
        signature = inspect.signature(decorated)
        options = inspect.signature(ReadOptions).parameters.values()
        kinds = inspect.Parameter
        first = [
            p for p in signature.parameters.values() if p.kind != kinds.VAR_KEYWORD
        ]
        taken = {p.name for p in first}
        every = [*first, *(p for p in (*options, *own) if p.name not in taken)]
        decorated.__signature__ = signature.replace(parameters=every)  # type: ignore[attr-defined]
        return decorated

    return decorate


def _is_names(value: Any) -> bool:
    return value is None or (
        isinstance(value, Collection)
        and not isinstance(value, bytes | bytearray)
        and all(isinstance(name, str) for name in value)
    )


def _is_path(value: Any) -> bool:
    return value is None or isinstance(value, str | PathLike)


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_moment(value: Any) -> bool:
    return value is None or isinstance(value, datetime)


_MOMENT = "a datetime with a time zone, or None"
_NAMES = "a text, a collection of texts, or None"

_CHECKS: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("password", _is_text, "a text, or None"),
    ("unify_chats", lambda value: isinstance(value, bool), "True or False"),
    (
        "chats",
        lambda value: callable(value) or _is_names(value),
        f"{_NAMES[:-9]}, a function of a Chat, or None",
    ),
    ("people", _is_names, _NAMES),
    (
        "groups",
        lambda value: value is None or isinstance(value, bool),
        "True, False or None",
    ),
    ("services", _is_names, _NAMES),
    ("after", _is_moment, _MOMENT),
    ("before", _is_moment, _MOMENT),
    ("since", _is_text, "the cursor of an earlier pass, or None"),
    ("on_error", lambda value: isinstance(value, str), '"skip", "warn" or "raise"'),
    (
        "content",
        lambda value: callable(value) or isinstance(value, str),
        '"text", "annotated" or a function of a Message',
    ),
    (
        "contacts",
        lambda value: isinstance(value, Mapping) or _is_path(value),
        '"auto", a path, a mapping from address to name, or None',
    ),
    ("own_name", lambda value: isinstance(value, str), "a text"),
    ("attachments", _is_path, "a path, or None"),
    (
        "progress",
        lambda value: value is None or callable(value),
        "a function of two numbers, or None",
    ),
    (
        "workers",
        lambda value: isinstance(value, int) and not isinstance(value, bool),
        "a whole number",
    ),
)
"""Name, test and description of each option's type."""
