"""Who an example's owner writes to, and when: what its system prompt may say of that.

Owns what is taken from a conversation for it. The words are in `_system_prompt`, where the
template of a tuned model has them from, too. Whoever is redacted is named by a placeholder.
"""

from __future__ import annotations

import warnings
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from langchain_core.messages import SystemMessage

from langchain_imessage.addresses import normalize
from langchain_imessage.text import text_key
from langchain_imessage.timestamps import datetime_from_unix, local_time
from langchain_imessage.transforms.conversation._system_prompt import (
    conversation_prompt,
)
from langchain_imessage.transforms.messages._content import is_human
from langchain_imessage.transforms.messages._participants import chat_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.preparation.steps._choices import Choices

_RELATION = "relation"
"""In a message, for a while: what its sender is to the owner."""

PEOPLE = "people"
"""In a session, for a while: who is in it, and what they are to the owner."""


class FoundPeople(NamedTuple):
    """Who of those who may be named takes part in a conversation.

    Attributes:
        absent: Those who have not, until now.
        known: The others, as they are named in prompts, and what each is to the owner.
    """

    absent: tuple[str, ...]
    known: Mapping[str, str]


class Audience:
    """Makes the system message of each example.

    Args:
        choices: What was chosen.
    """

    def __init__(self, choices: Choices) -> None:
        self._prompt = choices.system_prompt
        self._titles = choices.group_titles
        self._times = choices.time_of_day
        self._redact = getattr(choices.redactor, "redact_text", None)
        self._hides = choices.redactor is not None and self._redact is None
        self._relations = {_key(who): what for who, what in choices.people.items()}
        self._waiting = {_key(who): who for who in choices.people}
        self._known: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        is_same = not (self._relations or self._titles or self._times is not False)
        self._same = self._made(conversation_prompt(self._prompt)) if is_same else None

    def tagged(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Yield sessions whose messages say what their senders are to the owner.

        Before they are redacted, that is; placeholders do not say who they are.
        """
        for session in sessions:
            yield self._tagged(session) if self._relations else session

    def gathered(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Yield redacted sessions with their people, by placeholders, in one place."""
        for session in sessions:
            people: dict[str, str] = {}
            messages = []
            for message in session["messages"]:
                kwargs = dict(message.additional_kwargs)
                relation = kwargs.pop(_RELATION, None)
                if relation is None:
                    messages.append(message)
                    continue
                people[str(kwargs.get("sender"))] = relation
                messages.append(
                    message.model_copy(update={"additional_kwargs": kwargs})
                )
            self._known.update(people)
            known: dict[str, Any] = {**session, "messages": messages, PEOPLE: people}
            yield cast("ChatSession", known) if people else session

    def head(
        self, session: Mapping[str, Any], moments: Iterable[float | None]
    ) -> list[BaseMessage]:
        """Return what stands before an example.

        Args:
            session: The segment it is from.
            moments: When its messages were sent, in Unix seconds; None where unknown.
        """
        if self._same is not None:
            return self._same
        people: Mapping[str, str] = session.get(PEOPLE) or {}
        group = self.title(session) if self._titles else ""
        hour = self._hour(moments)
        return self._made(
            conversation_prompt(self._prompt, people=people, group=group, hour=hour)
        )

    @staticmethod
    def _made(prompt: str | None) -> list[BaseMessage]:
        return [] if prompt is None else [SystemMessage(prompt)]

    def title(self, session: Mapping[str, Any]) -> str:
        """Return a group's title as it may be shown; "" where there is none.

        A title that is in no prompt is not redacted either: that would count, and number
        placeholders, for what is in no example.
        """
        chat = chat_of(session)
        title = str(chat.get("name") or "") if chat.get("is_group") else ""
        if not title or self._hides or (self._redact and not self._titles):
            return ""
        if title not in self._shown:
            self._shown[title] = str(self._redact(title)) if self._redact else title
        return self._shown[title]

    @property
    def settings(self) -> dict[str, Any]:
        """What the prompts say: for whoever makes one for a tuned model."""
        return {
            "people": dict(self._known),
            "group_titles": self._titles,
            "time_of_day": self._times is not False,
        }

    def found(self) -> FoundPeople:
        """Return who of those who may be named took part until now, and who did not."""
        return FoundPeople(tuple(self._waiting.values()), dict(self._known))

    def take(self, found: FoundPeople) -> None:
        """Note who took part where conversations were read."""
        absent = found.absent
        self._waiting = {k: who for k, who in self._waiting.items() if who in absent}
        self._known.update(found.known)

    def warn(self) -> None:
        """Warn of people who are in no conversation."""
        for who in self._waiting.values():
            warnings.warn(
                f"people: {who!r} takes part in no conversation; "
                "is the name spelled as in your contacts?",
                UserWarning,
                stacklevel=4,
            )

    def _tagged(self, session: ChatSession) -> ChatSession:
        found = False
        messages = []
        for message in session["messages"]:
            kwargs = message.additional_kwargs
            keys = {_key(str(kwargs.get(name) or "")) for name in ("sender", "handle")}
            known = next(iter(self._relations.keys() & keys), None)
            if known is not None and is_human(message):
                found = True
                self._waiting.pop(known, None)
                kwargs = {**kwargs, _RELATION: self._relations[known]}
                message = message.model_copy(update={"additional_kwargs": kwargs})  # noqa: PLW2901
            messages.append(message)
        return {**session, "messages": messages} if found else session

    def _hour(self, moments: Iterable[float | None]) -> int | None:
        if self._times is False:
            return None
        moment = next((moment for moment in moments if moment is not None), None)
        if moment is None:
            return None
        zone = self._times if isinstance(self._times, tzinfo) else None
        return local_time(datetime_from_unix(moment), zone).hour


def _key(who: str) -> str:
    return text_key(normalize(who))
