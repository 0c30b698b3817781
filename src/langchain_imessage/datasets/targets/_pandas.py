"""Sessions → a pandas table, one row a message: to count and to plot, not to train on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.arguments import PROGRESS, SESSIONS, check_arguments
from langchain_imessage.datasets._step_count import step_counter
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.json_lines import whole_characters
from langchain_imessage.timestamps import datetime_from_unix
from langchain_imessage.transforms.messages._content import text_of
from langchain_imessage.transforms.messages._session_streams import length_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage
    from pandas import DataFrame

    from langchain_imessage.preparation._prepared import Progress

COLUMNS: Mapping[str, str] = {
    "conversation": "int64",
    "chat": "string",
    "is_group": "boolean",
    "id": "string",
    "sent_at": "datetime64[us, UTC]",
    "sender": "string",
    "is_from_me": "boolean",
    "role": "string",
    "text": "string",
    "service": "string",
    "reply_to": "string",
    "edits": "int64",
    "reactions": "int64",
    "attachments": "int64",
}
"""The columns, with their types."""

_COUNTED = ("edits", "reactions", "attachments")
"""Of what a message has a list of there is how many."""


@check_arguments(sessions=SESSIONS, progress=PROGRESS)
def to_dataframe(
    sessions: Iterable[ChatSession], *, progress: Progress | None = None
) -> DataFrame:
    """Make sessions a pandas table of their messages.

    Args:
        sessions: Sessions of any LangChain chat loader; taken one at a time. What a
            message does not say is missing (`pandas.NA`, `NaT`).
        progress: Called after each session with how many have been taken, and how many
            there are (None where that is not known).

    Returns:
        A table with one row a message, in order, and the columns

        - `conversation`: the session's number, from 0
        - `chat`: its title, else who is in it; `is_group`
        - `id`, `sent_at` (UTC), `sender`, `is_from_me`, `role` ("human", "ai", ...)
        - `text`: the words; blocks of another kind have none
        - `service`, `reply_to`
        - `edits`, `reactions`, `attachments`: how many

    Raises:
        MissingDependencyError: If pandas is not installed.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> messages = to_dataframe([{"messages": [HumanMessage("Hi!")]}])
        >>> messages.loc[0, ["role", "text"]].tolist()
        ['human', 'Hi!']
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingDependencyError("pandas", extra="pandas") from error
    values: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for row in _rows(sessions, step_counter(progress, length_of(sessions))):
        for name, value in zip(COLUMNS, row, strict=True):
            values[name].append(value)
    return pd.DataFrame(
        {name: pd.array(values[name], dtype=kind) for name, kind in COLUMNS.items()}
    )


def _rows(
    sessions: Iterable[ChatSession], step: Callable[[], None]
) -> Iterator[tuple[Any, ...]]:
    for number, session in enumerate(sessions):
        chat: Mapping[str, Any] = cast("Mapping[str, Any]", session).get("chat") or {}
        title = chat.get("name") or ", ".join(chat.get("participants") or ()) or None
        of_chat = (number, _text(title), chat.get("is_group"))
        for message in session["messages"]:
            yield (*of_chat, *_of_message(message))
        step()


def _of_message(message: BaseMessage) -> tuple[Any, ...]:
    """Return the columns from `id` on."""
    kwargs = message.additional_kwargs
    return (
        message.id,
        _moment(message),
        _text(kwargs.get("sender")),
        kwargs.get("is_from_me"),
        message.type,
        _text(text_of(message.content)),
        kwargs.get("service"),
        kwargs.get("reply_to"),
        *(len(kwargs.get(name) or ()) for name in _COUNTED),
    )


def _moment(message: BaseMessage) -> datetime | None:
    seconds = seconds_of(message)
    return None if seconds is None else datetime_from_unix(seconds)


def _text(value: object) -> Any:
    """Return a text as Arrow takes it: without halves of emojis."""
    return whole_characters(value) if isinstance(value, str) else None
