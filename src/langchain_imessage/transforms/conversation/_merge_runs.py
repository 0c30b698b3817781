"""Runs of messages from one sender → one message each.

Owns what a run is and how its words and lists are joined. Must not mutate what it is
given, and must stay linear in the length of a run: people do send 200,000 in a row.

Everything public is langchain_community's by name, signature and result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from typing_extensions import override

from langchain_imessage.arguments import (
    MAPPING,
    SESSIONS,
    SPAN,
    TEXT,
    check_arguments,
    or_none,
)
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.transforms.conversation._joined_texts import (
    join_texts,
    merge_texts,
)
from langchain_imessage.transforms.messages._content import (
    ids_of,
    strict_text_of,
)
from langchain_imessage.transforms.messages._fast_construct import (
    message_copier,
)
from langchain_imessage.transforms.messages._participants import speaker_of
from langchain_imessage.transforms.messages._session_streams import (
    SessionStream,
    SessionTexts,
    close_stream,
)
from langchain_imessage.transforms.messages._timestamps import seconds_of
from langchain_imessage.transforms.tracing._tracing import warn_if_traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage


@check_arguments(chat_sessions=SESSIONS, within=or_none(SPAN), delimiter=TEXT)
def merge_chat_runs(
    chat_sessions: Iterable[ChatSession],
    *,
    within: timedelta | None = None,
    delimiter: str = "\n\n",
) -> Iterator[ChatSession]:
    r"""Merge the runs of each session, one session at a time.

    A run is a sequence of messages of the same type from the same sender. As it stands
    this is langchain_community's; `within` and `delimiter` are ours.

    Args:
        chat_sessions: Sessions; an iterator is taken from only as far as is asked for.
        within: The longest pause within a run; None for any. A message that does not say
            when it was sent ends none.
        delimiter: What to put between the words of two messages. With a line break each
            bubble is a line, for a model that answers in several.

    Returns:
        Each session with its runs merged, as by `merge_chat_runs_in_session`; lazily.

    Raises:
        ValueError: If the content of a message is neither text nor a list of text blocks.

    Warns:
        UserWarning: In a chain whose sessions go to LangSmith; see `without_tracing`.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> me = {"sender": "Me"}
        >>> hi = HumanMessage("Hi!", additional_kwargs=me)
        >>> lunch = HumanMessage("Lunch?", additional_kwargs=me)
        >>> (session,) = merge_chat_runs([{"messages": [hi, lunch]}])
        >>> [message.content for message in session["messages"]]
        ['Hi!\n\nLunch?']
    """
    return _MergedSessions(chat_sessions, delimiter, within)


class _MergedSessions(SessionStream["ChatSession"]):
    """Sessions with their runs merged; holds on to none of them."""

    def __init__(
        self,
        chat_sessions: Iterable[ChatSession],
        delimiter: str,
        within: timedelta | None,
    ) -> None:
        self._sessions = iter(chat_sessions)
        self._delimiter = delimiter
        self._within = within

    @override
    def __next__(self) -> ChatSession:
        return self._merged(next(self._sessions))

    @override
    def texts(self) -> Iterator[SessionTexts | ChatSession]:
        if self._within is not None or not isinstance(self._sessions, SessionStream):
            return self  # no times come with the texts, or there are none
        return map(self._merged_texts, self._sessions.texts())

    @override
    def close(self) -> None:
        close_stream(self._sessions)

    def _merged(self, session: ChatSession) -> ChatSession:
        return merge_chat_runs_in_session(session, self._delimiter, within=self._within)

    def _merged_texts(
        self, found: SessionTexts | ChatSession
    ) -> SessionTexts | ChatSession:
        if not isinstance(found, SessionTexts):
            return self._merged(found)
        return SessionTexts(found.is_self, merge_texts(found.texts, self._delimiter))


@check_arguments(chat_session=MAPPING, within=or_none(SPAN), delimiter=TEXT)
def merge_chat_runs_in_session(
    chat_session: ChatSession,
    delimiter: str = "\n\n",
    *,
    within: timedelta | None = None,
) -> ChatSession:
    """Merge the runs of one session.

    A run is a sequence of messages of the same type from the same sender. What it is
    merged into is its first message with the words of all (with images among them: the
    blocks of all), and with each list in their `additional_kwargs` (`events`,
    `reactions`, `edits`, ...) joined over the run. Where its messages have ids, they are
    under `ids` there.

    Args:
        chat_session: A session; neither it nor its messages are changed.
        delimiter: What to put between the words of two messages.
        within: The longest pause within a run; None for any. A message that does not say
            when it was sent ends none.

    Returns:
        A session with its runs merged. Its other keys are those of the given one, and a
        message that merges with nothing is the given one.

    Raises:
        ValueError: If the content of a message is neither text nor a list of text blocks.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> me = {"sender": "Me"}
        >>> hi = HumanMessage("Hi!", additional_kwargs=me)
        >>> lunch = HumanMessage("Lunch?", additional_kwargs=me)
        >>> session = merge_chat_runs_in_session({"messages": [hi, lunch]}, " / ")
        >>> session["messages"][0].content
        'Hi! / Lunch?'
    """
    warn_if_traced()
    longest = None if within is None else within.total_seconds()
    with collection_paused():
        runs = _runs(chat_session["messages"], longest)
        merged = [_merge(run, delimiter) for run in runs]
    return {**chat_session, "messages": merged}


def _runs(
    messages: Iterable[BaseMessage], longest: float | None
) -> Iterator[list[BaseMessage]]:
    run: list[BaseMessage] = []
    run_type: type[BaseMessage] | None = None
    run_sender = None
    before: float | None = None
    for message in messages:
        sender = speaker_of(message)
        now = None if longest is None else seconds_of(message)
        if (
            run_sender is not None
            and run_sender == sender
            and run_type is not None
            and (type(message) is run_type or isinstance(message, run_type))
            and (longest is None or not _is_apart(before, now, longest))
        ):
            run.append(message)
        else:
            if run:
                yield run
            run, run_type, run_sender = [message], type(message), sender
        before = now
    if run:
        yield run


def merge_run(run: list[BaseMessage], delimiter: str) -> BaseMessage:
    """Return one message for several, whoever they are from; one is itself."""
    return run[0] if len(run) == 1 else _merge(run, delimiter)


def _is_apart(before: float | None, now: float | None, longest: float) -> bool:
    return before is not None and now is not None and now - before > longest


def _merge(run: list[BaseMessage], delimiter: str) -> BaseMessage:
    """Return one message for a run; a single message of text is returned as it is."""
    first = run[0]
    if len(run) == 1 and isinstance(first.content, str):
        return first
    contents = [message.content for message in run]
    texts = [
        text if isinstance(text, str) else strict_text_of(text) for text in contents
    ]
    has_images = texts != contents and any(map(_has_images, contents))
    if len(run) == 1:
        return first if has_images else message_copier()(first, {"content": texts[0]})
    content: str | list[Any] = (
        _joined_blocks(contents, delimiter)
        if has_images
        else join_texts(texts, delimiter)
    )
    update = {"content": content, "additional_kwargs": _joined_kwargs(run)}
    return message_copier()(first, update)


def _has_images(content: object) -> bool:
    return not isinstance(content, str) and any(
        map(_is_image, cast("list[Any]", content))
    )


def _is_image(block: Any) -> bool:
    """Return whether a block is an image with its data: LangChain's kind, or OpenAI's."""
    if not isinstance(block, dict):
        return False
    if block.get("type") == "image_url":
        return bool(block.get("image_url"))
    return block.get("type") == "image" and ("base64" in block or "url" in block)


def _joined_blocks(contents: list[Any], delimiter: str) -> list[Any]:
    """Put blocks in a row; texts that come to stand together are joined."""
    joined: list[Any] = []
    texts: list[str] = []
    for content in contents:
        for block in [content] if isinstance(content, str) else content:
            if _is_image(block):
                joined += _text_blocks(texts, delimiter)
                joined.append(block)
                texts = []
            else:
                texts.append(strict_text_of([block]))
    return [*joined, *_text_blocks(texts, delimiter)]


def _text_blocks(texts: list[str], delimiter: str) -> list[dict[str, str]]:
    text = join_texts(texts, delimiter) if len(texts) > 1 else "".join(texts)
    return [{"type": "text", "text": text}] if text else []


def _joined_kwargs(run: list[BaseMessage]) -> dict[str, Any]:
    """Join the lists of a run; of everything else, keep the first message's."""
    first = run[0].additional_kwargs
    joined = dict(first)
    for key, value in first.items():
        if isinstance(value, list):
            joined[key] = [*value]
    for message in run[1:]:
        for key, value in message.additional_kwargs.items():
            if isinstance(value, list):
                found = joined.setdefault(key, [])
                if isinstance(found, list):
                    found.extend(value)
    if "ids" in joined:
        ids = [id_ for message in run for id_ in ids_of(message)]
    else:  # no message has a list of them
        ids = [message.id for message in run if message.id is not None]
    if ids:
        joined["ids"] = ids
    return joined
