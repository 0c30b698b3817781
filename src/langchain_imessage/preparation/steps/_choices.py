"""The choices of one `prepare`, as its steps read them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from langchain_core.chat_sessions import ChatSession

if TYPE_CHECKING:
    from datetime import timedelta, tzinfo

Redaction: TypeAlias = Callable[[Iterable[ChatSession]], Iterable[ChatSession]]
"""What replaces what is private: a `Redactor`, or any function of sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen; see `prepare`."""

    sender: str | None = field(repr=False)
    never: Collection[str] = field(repr=False)
    automated: bool
    gap: timedelta | Literal["auto"] | None
    within: timedelta | None
    delimiter: str
    redactor: Redaction | None
    groups: Literal["name", "drop", "field"]
    windows: Literal["conversation", "answer"]
    max_tokens: int | None
    count_tokens: Callable[[str], int]
    duplicates: bool
    max_short_replies: int | None
    max_per_contact: int | None
    reactions: bool
    system_prompt: str | None = field(repr=False)
    people: Mapping[str, str] = field(default_factory=dict, repr=False)
    group_titles: bool = False
    time_of_day: bool | tzinfo = False
    vetoed: frozenset[str] = field(repr=False)
    canaries: int = 0

    @property
    def may_be_whole(self) -> bool:
        """Whether a segment of texts is one example where it is not too long."""
        return (
            not self.reactions and self.windows != "answer" and self.groups != "field"
        )

    def for_reading(self, *, redacts: bool) -> Choices:
        """Return what matters until segments are merged; it can be pickled.

        Args:
            redacts: Whether they are redacted, too.
        """
        redactor = self.redactor if redacts else None
        return replace(self, redactor=redactor, count_tokens=len, vetoed=frozenset())
