"""PreparationReport: where each message went on the way to the examples, and what these are.

Owns the figures a pass ends with; how they are counted is in `_pass_counts`. It names
nobody: conversations are ranked, not named, and the only words in it are the most common
short answers, redacted as the examples are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationReport:
    """Where each message went, after a pass.

    `messages == kept + sum(reasons.values())` holds always.

    Attributes:
        sessions: Sessions that came in.
        messages: Messages in them.
        kept: Messages that are in an example; one in several counts once.
        examples: Examples that came out.
        reasons: Messages in no example, counted by reason (`transforms.Omission`).
        gaps: For each pause that was chosen to end a segment, in seconds, how many
            conversations have it.
        histograms: Of the examples: `tokens` (by the powers of two below), `turns`,
            `reply_lengths` (characters, likewise), `hours` (answers by the hour, UTC),
            `people` (examples by the conversation's rank).
        short_replies: The most common short answers, and how often each was given.
        redactions: What was replaced, by kind.
        vetoed: Examples a decision file vetoes.
        matched: How many of these there were among the examples, and in a dataset's rows.
        opt_outs: Entries of `never`.
        opt_outs_matched: How many of these matched a person or a message.
        digest: Of all that came in; the same for the same messages.
        system_prompt: What every example begins with.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> from langchain_imessage.preparation import prepare
        >>> prepared = prepare(IMessageChatLoader(write_sample("talk.db")), sender="Tortoise")
        >>> _ = list(prepared)
        >>> report = prepared.report
        >>> report.messages == report.kept + sum(report.reasons.values())
        True
    """

    sessions: int = 0
    messages: int = 0
    kept: int = 0
    examples: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    gaps: tuple[tuple[float | None, int], ...] = ()
    histograms: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    short_replies: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    redactions: Mapping[str, int] = field(default_factory=dict)
    vetoed: int = 0
    matched: int = 0
    opt_outs: int = 0
    opt_outs_matched: int = 0
    digest: str = ""
    system_prompt: str | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the same as plain values, for JSON."""
        return {
            "sessions": self.sessions,
            "messages": self.messages,
            "kept": self.kept,
            "examples": self.examples,
            "reasons": dict(self.reasons),
            "gaps": _lists(self.gaps),
            "histograms": {
                name: _lists(bars) if name != "hours" else list(bars)
                for name, bars in self.histograms.items()
            },
            "short_replies": _lists(self.short_replies),
            "redactions": dict(self.redactions),
            "decisions": {"vetoed": self.vetoed, "matched": self.matched},
            "opt_outs": {"entries": self.opt_outs, "matched": self.opt_outs_matched},
            "source": {
                "sessions": self.sessions,
                "messages": self.messages,
                "digest": self.digest,
            },
            "system_prompt": self.system_prompt,
        }

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Return a table of the figures, one line a reason."""
        lines = [("messages", self.messages), ("in examples", self.kept)]
        lines += [(f"  {reason}", count) for reason, count in self.reasons.items()]
        lines += [("examples", self.examples)]
        return "\n".join(f"{name:<22}{count:>10,}" for name, count in lines)


def _lists(pairs: Iterable[Iterable[Any]]) -> list[list[Any]]:
    return [list(pair) for pair in pairs]
