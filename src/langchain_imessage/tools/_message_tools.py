"""The tools themselves: functions that return what is in scope, quoted as data.

One signature and one description each, for LangChain and for MCP. Nothing here writes.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - LangChain reads annotations
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from langchain_imessage.retrievers import SearchFilters
from langchain_imessage.timestamps import datetime_from_unix, local_time
from langchain_imessage.tools._quoted_data import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_imessage.retrievers import (
        IndexedConversation,
        IndexedMessage,
        MessageIndex,
        SearchHit,
    )
    from langchain_imessage.tools._redaction import RedactedSessions

_CONTEXT = 3
"""Messages shown on each side of one that was found."""

_MOST_PASSED_OVER = 10_000
"""Hits before those that a search returns: each takes some time."""

_LARGEST = 2**63 - 1
"""The largest number SQLite knows."""

_UNKNOWN = (
    "There is no conversation {}: list_conversations lists them with their numbers."
)

DESCRIPTIONS = {
    "search_messages": "Search the user's own text messages by words. Returns the messages "
    "that match, with those around them, the number of their conversation, and their place "
    "in it. To read on, give these to read_conversation.",
    "read_conversation": "Read messages of one of the user's conversations, by its number: "
    "the last ones, those from a place on, or those around a date.",
    "list_conversations": "List the user's conversations, the most recently used first: "
    "their numbers, who takes part, how many messages they have, and from when to when.",
}


class MessageTools:
    """The functions behind the tools.

    Args:
        index: The messages in scope, redacted if they are to be.
        redaction: How they were redacted; None if they were not.
    """

    def __init__(
        self, index: MessageIndex, redaction: RedactedSessions | None = None
    ) -> None:
        self._index = index
        self._redaction = redaction
        self._lock = Lock()

    def functions(self) -> dict[str, Callable[..., str]]:
        """Return the tools, by name."""
        return {name: getattr(self, name) for name in DESCRIPTIONS}

    def update(self) -> None:
        """Bring the index to what the database is now."""
        with self._lock:
            self._index.update()

    def search_messages(
        self,
        query: Annotated[
            str,
            Field(
                description='Words to look for; "two words" next to each other, word* for '
                "words that begin so. Blank for the newest messages.",
                max_length=500,
            ),
        ],
        *,
        person: Annotated[
            str | None,
            Field(
                description="Only conversations with this person: a name or an address."
            ),
        ] = None,
        after: Annotated[
            datetime | None, Field(description="Only messages from this date on.")
        ] = None,
        before: Annotated[
            datetime | None, Field(description="Only messages before this date.")
        ] = None,
        own: Annotated[
            bool | None,
            Field(
                description="True for messages the user sent, False for received ones."
            ),
        ] = None,
        start: Annotated[
            int,
            Field(
                description="How many hits to pass over.", ge=0, le=_MOST_PASSED_OVER
            ),
        ] = 0,
        limit: Annotated[int, Field(description="The most hits.", ge=1, le=20)] = 5,
    ) -> str:
        """Search messages, see `DESCRIPTIONS`."""
        self.update()
        if self._redaction is not None:
            query = self._redaction.query(query)
            person = person and self._redaction.restored(person)
        filters = SearchFilters(
            person=None if person is None else [person],
            after=_aware(after),
            before=_aware(before),
            own=own,
        )
        hits = self._index.search(query, limit=limit + 1, start=start, filters=filters)
        if not hits:
            return self._nothing(filters, start)
        more = f"There are more hits: go on with start={start + limit}."
        return quoted(
            (item for hit in hits[:limit] for item in self._found(hit)),
            note=more if len(hits) > limit else "",
        )

    def read_conversation(
        self,
        conversation: Annotated[
            int,
            Field(description="The conversation's number.", ge=-_LARGEST, le=_LARGEST),
        ],
        *,
        start: Annotated[
            int | None,
            Field(description="The place of the first message to read, from 0.", ge=0),
        ] = None,
        around: Annotated[
            datetime | None, Field(description="A date around which to read.")
        ] = None,
        limit: Annotated[
            int, Field(description="The most messages.", ge=1, le=100)
        ] = 30,
    ) -> str:
        """Read a conversation, see `DESCRIPTIONS`."""
        self.update()
        found = self._index.conversation(conversation)
        if found is None:
            return _UNKNOWN.format(conversation)
        if (moment := _aware(around)) is not None:
            start = self._index.place_at(conversation, moment) - limit // 2
        first = max(0, found.messages - limit if start is None else start)
        messages = self._index.read(conversation, start=first, limit=limit)
        items = (self._message(m, first + place) for place, m in enumerate(messages))
        note = f"Conversation {conversation} has {found.messages} messages: places 0 to {found.messages - 1}."
        return quoted([self._title(found), *items], note=note)

    def list_conversations(
        self,
        *,
        person: Annotated[
            str | None,
            Field(description="Only those with this person: a name or an address."),
        ] = None,
        start: Annotated[int, Field(description="How many to pass over.", ge=0)] = 0,
        limit: Annotated[int, Field(description="The most to list.", ge=1, le=50)] = 20,
    ) -> str:
        """List conversations, see `DESCRIPTIONS`."""
        self.update()
        every = self._index.conversations()
        if person is not None:
            person = self._redaction.restored(person) if self._redaction else person
            wants = SearchFilters(person=[person]).chat_test()
            every = [one for one in every if wants(one.chat)]
        items = [self._listed(one) for one in every[start : start + limit]]
        count = f"{len(every)} conversation{'s' * (len(every) != 1)}"
        return quoted(items, note=f"{count} in all.")

    def _nothing(self, filters: SearchFilters, start: int) -> str:
        if not filters.wants_any(self._index.conversations()):
            return "There is no such conversation: list_conversations lists them."
        return "No further message found." if start else "No message found."

    def _found(self, hit: SearchHit) -> Iterator[dict[str, Any]]:
        """Yield the conversation of a hit, and the messages around those that match."""
        yield self._title(hit.conversation)
        near = {
            place
            for match in hit.matches
            for place in range(match - _CONTEXT, match + _CONTEXT + 1)
        }
        for place, message in enumerate(hit.messages):
            if place in near:
                item = self._message(message, hit.start + place)
                yield {**item, "matches": True} if place in hit.matches else item

    def _message(self, message: IndexedMessage, place: int) -> dict[str, Any]:
        sender = "Me" if message.is_from_me else message.sender or "?"
        return {
            "place": place,
            "sent": _local(message.sent_at),
            "from": sender,
            "text": message.text,
        }

    def _title(self, conversation: IndexedConversation) -> dict[str, Any]:
        return {
            "conversation": conversation.number,
            "title": self._called(conversation),
        }

    def _called(self, conversation: IndexedConversation) -> str:
        if self._redaction is None:
            return conversation.title
        return self._redaction.title_of(conversation.chat)

    def _listed(self, conversation: IndexedConversation) -> dict[str, Any]:
        chat = conversation.chat
        people = [*chat.participants]
        if self._redaction is not None:
            people = self._redaction.people_of(chat)
        return {
            **self._title(conversation),
            "people": people,
            "is_group": chat.is_group,
            "messages": conversation.messages,
            "first": _day(conversation.first),
            "last": _day(conversation.last),
        }


def _aware(moment: datetime | None) -> datetime | None:
    """Return a moment with a time zone: the computer's own, if it has none."""
    if moment is None or moment.tzinfo:
        return moment
    return local_time(moment)


def _local(moment: datetime | None) -> str | None:
    return None if moment is None else local_time(moment).isoformat(timespec="minutes")


def _day(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return local_time(datetime_from_unix(seconds)).date().isoformat()
