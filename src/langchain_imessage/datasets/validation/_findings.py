"""What a check can find, and what to do about it.

Owns the rules' names, their remedies, and that a file which breaks one on every line does
not fill the memory. A finding says where and what, and never quotes a file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MOST_OF_A_RULE: Final = 100
"""Findings of one rule in one file; of the others only the number is told."""

REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alternation": "Merge neighbours of one role, and begin with the user's turn.",
        "answer": "Leave out examples without an answer to learn.",
        "blank-line": "Remove the line.",
        "bom": "Save the file as UTF-8 without a byte order mark.",
        "carriage-return": "End each line with a line feed alone.",
        "changed": "Write the dataset again, or do not change its files by hand.",
        "content": "Give every message words: a text that is not blank.",
        "encoding": "Save the file as UTF-8.",
        "first-line": "Remove `prompt` and `completion` from the first line.",
        "image": "Keep to JPEG, PNG and WEBP, 10 MB each, in user turns, and few.",
        "in-both": "Remove it from one of the two files.",
        "json": "Put one whole JSON object on each line, without NaN.",
        "keys": "Give every line the same keys, and every message of a role, too.",
        "last-turn": "End each example with the assistant's answer.",
        "line-separator": "Escape U+2028, U+2029 and U+0085 (\\u2028, ...).",
        "messages": "Give every example its list of messages.",
        "missing": "Name a file of examples, or a folder that holds a whole dataset.",
        "more": "Repair those named first; the others are likely to be alike.",
        "name": "Use 1 to 64 letters (a-z, A-Z), digits, _ and -, or no name.",
        "note": "Use more conversations, or other settings, or train as it is.",
        "pair": "Give a prompt that ends with the user's turn, and one assistant message "
        "for each answer.",
        "repeated-key": "Keep one of the two: readers differ in which they take.",
        "role": "Use the roles this sink knows.",
        "surrogate": "Replace half an emoji by U+FFFD, or write both halves.",
        "system": "Put at most one system message, and that first.",
        "too-few": "Use more conversations, shorter segments, or another sink.",
        "too-large": "Leave the oldest examples out.",
        "too-long": "Cut it at an answer into two, or remove messages from its front.",
        "too-many": "Leave the oldest examples out.",
        "tools": "Keep at most 128 named functions; answer each call, by its id, right after it.",
        "two-formats": "Keep one format: remove the keys of the other from every line.",
        "unknown-key": "Remove the keys that this sink does not know.",
        "weight": "Give every assistant message the weight 0 or 1, or none of them any.",
    }
)
"""What to do, by rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in a file that a sink will refuse, or take other than it was meant.

    Attributes:
        line: Which line, from 1; None where it is about the whole file.
        path: Which file.
        rule: The rule's name.
        message: What is wrong; never quotes the file.
        remedy: What to do about it.
        is_error: Whether the sink refuses the file or trains on the wrong thing; if not,
            it is as well to know.

    Example:
        >>> from pathlib import Path
        >>> finding = Finding(line=3, path=Path("train.jsonl"), rule="json",
        ...     message="The line is not JSON", remedy="Write one object a line.", is_error=True)
        >>> print(finding)
        train.jsonl:3: error: The line is not JSON. Write one object a line.
    """

    line: int | None
    path: Path
    rule: str
    message: str
    remedy: str
    is_error: bool

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Return the finding in one line, as compilers write theirs."""
        place = self.path.name if self.line is None else f"{self.path.name}:{self.line}"
        kind = "error" if self.is_error else "warning"
        return f"{place}: {kind}: {self.message}. {self.remedy}"


class Problem(NamedTuple):
    """A finding of which it is not yet said where.

    Attributes:
        rule: See `Finding`.
        message: See `Finding`.
        is_error: See `Finding`.
    """

    rule: str
    message: str
    is_error: bool = True


class Findings:
    """Collects what is found in one file.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, problem: Problem, line: int | None = None) -> None:
        """Add what was found at a line, or in the whole file."""
        self._counts[problem.rule] += 1
        if self._counts[problem.rule] <= MOST_OF_A_RULE:
            self._found.append(self._finding(problem, line))

    def extend(self, problems: Iterable[Problem], line: int | None = None) -> None:
        """Add all that was found at a line."""
        for problem in problems:
            self.add(problem, line)

    def all(self) -> list[Finding]:
        """Return what was found, by line; what is about the whole file comes first."""
        found = sorted(self._found, key=lambda finding: finding.line or 0)
        for rule, count in self._counts.items():
            if count > MOST_OF_A_RULE:
                more = f"{count - MOST_OF_A_RULE:,} more findings of the rule {rule}"
                found.append(self._finding(Problem("more", more), None))
        return found

    def _finding(self, problem: Problem, line: int | None) -> Finding:
        return Finding(
            line=line,
            path=self._path,
            rule=problem.rule,
            message=problem.message,
            remedy=REMEDIES[problem.rule],
            is_error=problem.is_error,
        )
