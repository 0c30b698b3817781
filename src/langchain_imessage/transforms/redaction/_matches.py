"""What a detector finds in a text, and which of two findings that overlap counts; pure.

Owns the protocol: whatever takes a text and gives `Match`s is a detector.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Something private in a text.

    Attributes:
        start: Its first character.
        end: The character behind its last.
        kind: What it is, in lower case: "phone", "email", ...; it is in the placeholder.
        key: What is equal where the same thing is meant, however it is written.

    Example:
        >>> match = Match(start=5, end=17, kind="phone", key="+14155550101")
        >>> "call 415-555-0101"[match.start : match.end]
        '415-555-0101'
    """

    start: int
    end: int
    kind: str
    key: str = field(repr=False)


class Detector(Protocol):
    """Finds what is private in a text.

    It must be a function of the text alone, and may give its findings in any order.
    """

    def __call__(self, text: str, /) -> Iterable[Match]: ...


def resolve_overlaps(text: str, findings: Iterable[Match]) -> list[Match]:
    """Resolve overlaps: return matches that are disjoint.

    Of those that overlap, the longest says what it is; of equally long ones, the first
    given. What the others have beyond it is replaced with it, so that nothing of them is
    left over.

    Args:
        text: What they were found in.
        findings: In any order; those that are empty or outside the text are left out.

    Returns:
        What to replace, from left to right.
    """
    real = (f for f in findings if 0 <= f.start < f.end <= len(text))
    settled: list[Match] = []
    group: list[Match] = []
    end = 0
    for found in sorted(real, key=lambda f: f.start):
        if group and found.start >= end:
            settled.append(_joined(text, group))
            group = []
        end = max(end, found.end) if group else found.end
        group.append(found)
    if group:
        settled.append(_joined(text, group))
    return settled


def is_beside(found: Match, hidden: Sequence[tuple[int, int]]) -> bool:
    """Return whether a match lies outside all hidden spans."""
    following = bisect_left(hidden, (found.end,))
    return following == 0 or hidden[following - 1][1] <= found.start


def _joined(text: str, group: Sequence[Match]) -> Match:
    longest = max(group, key=lambda found: found.end - found.start)
    start, end = group[0].start, max(found.end for found in group)
    if (longest.start, longest.end) == (start, end):
        return longest
    return Match(start=start, end=end, kind=longest.kind, key=text[start:end])
