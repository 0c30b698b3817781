"""StyleProfile: what makes this person's writing theirs, in figures and in a few sentences.

Owns what is compared with what. The figures are `transforms.style`'s, the sentences
`_style_differences`'s; the drawing and the tables `_profile_views`'s.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from langchain_imessage.arguments import (
    SOURCE,
    TEXT,
    WHOLE,
    Kind,
    check_arguments,
    or_none,
)
from langchain_imessage.persona._profile_views import profile_plot, profile_table
from langchain_imessage.persona._style_differences import differences, sentences
from langchain_imessage.persona._style_vocabulary import (
    TokenCounts,
    vocabulary,
    vocabulary_sentences,
)
from langchain_imessage.retrievers import OwnRepliesIndex
from langchain_imessage.retrievers.own_replies._own_replies_pairs import reply_pairs
from langchain_imessage.transforms.style._style_figures import summarize_style

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_imessage.persona._style_differences import StyleDifference
    from langchain_imessage.persona._style_vocabulary import Vocabulary
    from langchain_imessage.retrievers import ReplyPair
    from langchain_imessage.retrievers.own_replies._own_replies_pairs import Source
    from langchain_imessage.transforms.style._style_figures import FigureSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleProfile:
    """How somebody writes, against the people they write with.

    It holds figures, and single tokens that are used often: emoji, laughter, greetings,
    abbreviations and small words of fixed lists. No other word of a message is in it.

    Attributes:
        messages: How many turns of the owner it is of, and of the others.
        own: The mean and the deviation of each figure (see
            `transforms.style._style_figures.FIGURES`), of the owner's turns.
        others: The same of the turns they answered.
        differences: What tells them apart, the greatest first.
        vocabulary: Frequent tokens.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> profile = StyleProfile.of(loader, sender="Tortoise")
        >>> profile
        StyleProfile(own=29, others=29, telling=6)
        >>> print(profile.describe())
        You end with a full stop (86% of bubbles).
        You ask few questions (14% of messages).
        Your bubbles are long: about 30 characters, those of others 22.
        You write long: about 6 words at a time, others to you 5.
        You use few capital letters (6% of letters).
    """

    messages: tuple[int, int]
    own: Mapping[str, FigureSummary]
    others: Mapping[str, FigureSummary]
    differences: tuple[StyleDifference, ...]
    vocabulary: Vocabulary

    @classmethod
    @check_arguments(
        source=Kind(
            lambda value: SOURCE.allows(value) or hasattr(value, "pairs"),
            "a loader, sessions, a dataset or an index",
        ),
        to=or_none(TEXT),
    )
    def of(
        cls, source: Source | OwnRepliesIndex, *, to: str | None = None, **choices: Any
    ) -> Self:
        """Measure somebody's writing.

        Args:
            source: What `OwnRepliesIndex.build` takes, or an index.
            to: Only replies to this person, in an index; named as in its pairs.
            **choices: What `prepare` takes, such as `sender` and `never`.

        Raises:
            ValueError: If `to` is nobody there, or is given without an index.
        """
        if isinstance(source, OwnRepliesIndex):
            return cls.of_pairs(source.pairs(to=to))
        if to is not None:
            return cls.of(OwnRepliesIndex.build(source, **choices), to=to)
        return cls.of_pairs(reply_pairs(source, **choices))

    @classmethod
    def of_pairs(cls, pairs: Iterable[ReplyPair]) -> Self:
        """Measure the writing in pairs of what was said and what was answered.

        Args:
            pairs: The pairs, in any order.
        """
        known = list(pairs)
        own = [pair.answered for pair in known]
        others = [_said(pair) for pair in known]
        summaries = summarize_style(own), summarize_style(others)
        return cls(
            messages=(len(own), len(others)),
            own=summaries[0],
            others=summaries[1],
            differences=differences(*summaries, sizes=(len(own), len(others))),
            vocabulary=vocabulary(TokenCounts(own), TokenCounts(others)),
        )

    @check_arguments(most=WHOLE)
    def describe(self, most: int = 8) -> str:
        """Return the most telling differences as sentences to a model, "You write ...".

        They have figures, and the tokens of `vocabulary`; nothing else of a message.

        Args:
            most: How many differences; the tokens come after them.

        Returns:
            The sentences, one a line; "" if nothing is telling.
        """
        found = sentences(self.differences, most)
        return "\n".join([*found, *vocabulary_sentences(self.vocabulary)])

    def to_dict(self) -> dict[str, Any]:
        """Return the figures and tokens as plain values, for JSON."""
        return {
            "messages": list(self.messages),
            "figures": [asdict(one) for one in self.differences],
            "vocabulary": asdict(self.vocabulary),
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw how far the owner is from the others, figure by figure.

        Args:
            ax: The matplotlib axes to draw on; new ones if None.

        Returns:
            The axes.

        Raises:
            MissingDependencyError: If matplotlib is not installed (extra `plot`).
        """
        return profile_plot(self.differences, ax)

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show counts, never a word."""
        telling = sum(one.is_telling for one in self.differences)
        own, others = self.messages
        return f"{type(self).__name__}(own={own}, others={others}, telling={telling})"

    def _repr_html_(self) -> str:
        """Return the figures as a table, for a notebook; no word of a message."""
        return profile_table(self.differences, self.messages)


def _said(pair: ReplyPair) -> str:
    """Return what was said, without the speakers' names in front as a group has them."""
    lines = pair.said.split("\n")
    for name in pair.people:
        lines = [line.removeprefix(f"{name}: ") for line in lines]
    return "\n".join(lines)
