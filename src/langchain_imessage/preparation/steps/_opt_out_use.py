"""Which opt-outs have matched somebody or something, and which nothing at all.

Owns the warning about an entry of `never` that a misspelling, or a name that stands nowhere
in the database, makes useless. What is left out is decided by the transforms.
"""

from __future__ import annotations

import re
import warnings
from collections import deque
from typing import TYPE_CHECKING

from langchain_imessage.addresses import parse_address
from langchain_imessage.transforms import drop_people, drop_words
from langchain_imessage.transforms.messages._content import ids_of, text_of
from langchain_imessage.transforms.messages._opt_outs import OptOuts
from langchain_imessage.transforms.messages._participants import others_in

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

_KINDS = {"phone": "a phone number", "email": "an e-mail address"}
_NOT_DIGITS = re.compile(r"\D+")


class OptOutUse:
    """Leaves out who and what has opted out, and notes which entries that was for.

    Args:
        entries: Names, addresses, words, phrases.

    Attributes:
        entries: The same, without blanks.
    """

    def __init__(self, entries: Collection[str]) -> None:
        self.entries = tuple(entry for entry in entries if entry.strip())
        self._waiting = {entry: OptOuts([entry]) for entry in self.entries}

    def leave_out(
        self, sessions: Iterable[ChatSession], dropped: Counter[str]
    ) -> Iterator[ChatSession]:
        """Yield what is left of sessions when opt-outs are respected."""
        known = self._people_noted(sessions, dropped)
        return self._words_noted(known, dropped)

    def note_words(self, messages: Iterable[BaseMessage]) -> None:
        """Note which entries messages that were left out have in their text."""
        for message in messages:
            if not self._waiting:
                return
            text = text_of(message.content)
            self._note(
                entry
                for entry, one in self._waiting.items()
                if one.is_in(text) or _has_address(text, entry)
            )

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The entries that have matched nothing."""
        return tuple(entry for entry in self.entries if entry in self._waiting)

    def keep_unmatched(self, unmatched: Collection[str]) -> None:
        """Note that all but some entries have matched where conversations were read."""
        self._waiting = {e: one for e, one in self._waiting.items() if e in unmatched}

    def warn(self) -> None:
        """Warn of each entry that has matched nothing."""
        for entry in self.unmatched:
            kind = _KINDS.get(parse_address(entry).kind, "a name or a word")
            warnings.warn(
                f"never: {entry!r} ({kind}) matches no conversation and no message; "
                "is it spelled as in your contacts and messages?",
                UserWarning,
                stacklevel=4,
            )

    def _people_noted(
        self, sessions: Iterable[ChatSession], dropped: Counter[str]
    ) -> Iterator[ChatSession]:
        entered: deque[ChatSession] = deque()

        def entering() -> Iterator[ChatSession]:
            for session in sessions:
                entered.append(session)
                yield session

        for session in drop_people(entering(), self.entries, dropped=dropped):
            while entered[0] is not session:
                self._note_people(entered.popleft())
            entered.popleft()
            yield session
        for session in entered:
            self._note_people(session)

    def _words_noted(
        self, sessions: Iterable[ChatSession], dropped: Counter[str]
    ) -> Iterator[ChatSession]:
        for session in sessions:
            before = dropped.total()
            left = next(
                iter(drop_words([session], self.entries, dropped=dropped)), None
            )
            if dropped.total() != before:
                self.note_words(missing(session, left))
            if left is not None:
                yield left

    def _note_people(self, session: ChatSession) -> None:
        people = others_in(session)
        self._note(e for e, one in self._waiting.items() if one.is_person(people))

    def _note(self, entries: Iterable[str]) -> None:
        for entry in [*entries]:
            del self._waiting[entry]


def missing(before: ChatSession, after: ChatSession | None) -> list[BaseMessage]:
    """Return the messages of a session that are not in what is left of it."""
    kept = {one for m in (after or {"messages": ()})["messages"] for one in ids_of(m)}
    return [m for m in before["messages"] if kept.isdisjoint(ids_of(m))]


def _has_address(text: str, entry: str) -> bool:
    address = parse_address(entry)
    if address.kind == "email":
        return address.key in text.casefold()
    digits = _NOT_DIGITS.sub("", entry)
    return address.kind == "phone" and digits[-7:] in _NOT_DIGITS.sub("", text)
