"""One text → the same with placeholders: finding, replacing, and again until all is found.

What is private is found by `_finder`, and where it stands again in its conversation by
`_conversation_memory`. Knows no messages and no sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._conversation_memory import CUT_OFF
from langchain_imessage.transforms.redaction._matches import is_beside, resolve_overlaps
from langchain_imessage.transforms.redaction.detectors.names._name_keys import key_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Collection, Iterable, Sequence

    from langchain_imessage.transforms.redaction._conversation_memory import (
        ConversationMemory,
    )
    from langchain_imessage.transforms.redaction._finder import Finder
    from langchain_imessage.transforms.redaction._matches import Match
    from langchain_imessage.transforms.redaction._placeholders import Placeholders


class TextRedactor:
    """Redacts texts, one at a time.

    Args:
        finder: Finds what is private.
        placeholders: What stands for what.
        counts: Takes how often something was replaced, by kind.
    """

    def __init__(
        self, finder: Finder, placeholders: Placeholders, counts: Counter[str]
    ) -> None:
        self._finder = finder
        self._placeholders = placeholders
        self._counts = counts
        self.present: frozenset[str] = frozenset()
        """What the names of those who take part are equal by."""

        self._latest: tuple[frozenset[str], frozenset[str]] = frozenset(), frozenset()
        self._found: dict[str, list[Match]] = {}
        self._known = 0

    def turn_to(self, people: Iterable[str]) -> None:
        """Read texts as what these people say: it tells what their words mean.

        Args:
            people: Who takes part; nobody where that is not known.
        """
        self._finder.turn_to(people)
        names = frozenset(people)
        if names and names != self._latest[0]:  # made once for a conversation
            self._latest = names, frozenset(map(key_of, names))
        self.present = self._latest[1] if names else names
        self.forget()

    def forget(self) -> None:
        """Forget what was found in the texts of messages: they are not read again."""
        self._found = {}

    def redacted(
        self, text: str, memory: ConversationMemory | None, *, is_new: bool = False
    ) -> str:
        """Return a text with placeholders.

        Args:
            text: The text.
            memory: What was found in its conversation before; None for a text alone.
            is_new: Whether the conversation goes on with it; else it is read again.
        """
        if (
            self._placeholders.opening not in text
            and not (CUT_OFF in text and memory)
            and self._finder.plain.has(text)
        ):
            if is_new and memory is not None:
                memory.note(text)
            return text
        return self._replaced_in(text, memory, is_new=is_new)

    def reader(
        self, texts: Collection[str], memory: ConversationMemory, *, is_new: bool
    ) -> Callable[[str], str]:
        """Return what redacts texts of a conversation, having seen which are plain.

        Args:
            texts: Those that will be read.
            memory: What was found in the conversation before.
            is_new: Whether the conversation goes on with them; else they are read again.
        """
        opening = self._placeholders.opening
        seen = {text for text in texts if opening not in text and CUT_OFF not in text}
        plain, words = self._finder.plain.among(seen), self._finder.plain.words
        known = len(words)  # a speaker's name may be learned between two of them

        def redacted(text: str) -> str:
            if text in plain and len(words) == known:
                if is_new:
                    memory.note(text)
                return text
            if text in seen and text not in plain:
                return self._replaced_in(text, memory, is_new=is_new)
            return self.redacted(text, memory, is_new=is_new)

        return redacted

    def _replaced_in(
        self, text: str, memory: ConversationMemory | None, *, is_new: bool
    ) -> str:
        found = self.found(text, memory, is_new=is_new)
        self._placeholders.reserve(text)
        if memory is not None and is_new:
            memory.note(text)
        # Again, until nothing is left: what stood beside a secret has new neighbours.
        while found:
            text = self._replaced(text, found, memory)
            found = self.found(text, memory)
        return text

    def found(
        self, text: str, memory: ConversationMemory | None, *, is_new: bool = False
    ) -> list[Match]:
        """Return what is private in a text, beside the placeholders there are."""
        seen, hidden = self._placeholders.hidden(text)
        if memory is None:
            found = [*self._finder.find(seen, self.present)]
        else:
            found = [*self._found_in(seen)]
        if memory:
            found += memory.find(seen)
            if is_new and (not found or "\n" in seen):
                found += memory.answers(seen)
        if hidden:
            found = [match for match in found if is_beside(match, hidden)]
        return resolve_overlaps(seen, found) if found else found

    def _found_in(self, seen: str) -> list[Match]:
        """Return what the finder finds, which is asked once for each text of a pass."""
        known = self._finder.names.size
        if known != self._known:
            self.forget()
            self._known = known
        found = self._found.get(seen)
        if found is None:
            found = self._found[seen] = [*self._finder.find(seen, self.present)]
        return found

    def _replaced(
        self, text: str, found: Sequence[Match], memory: ConversationMemory | None
    ) -> str:
        parts, end = [], 0
        for match in found:
            self._counts[match.kind] += 1
            if memory is not None:
                self._finder.watch(memory.remember(match, text))
            written = text[match.start : match.end]
            placeholder = self._placeholders.of(match.kind, match.key, written)
            parts += [text[end : match.start], placeholder]
            end = match.end
        return "".join([*parts, text[end:]])
