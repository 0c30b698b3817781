"""Segments in alternation → examples to be: cut to windows, weighed, known by their ids.

Owns which windows there are of a segment and why one becomes no example. A question that is
too long for the budget loses its beginning, so that its answer is not lost.
"""

from __future__ import annotations

from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from langchain_imessage.preparation._example_ids import example_id, id_of_ids
from langchain_imessage.preparation._tails import head_that_fits, tail_that_fits
from langchain_imessage.preparation.steps._audience import PEOPLE
from langchain_imessage.preparation.steps._pass_counts import (
    PassCounts,
    SegmentOutcomes,
)
from langchain_imessage.preparation.texts._text_examples import (
    Talk,
    TextExample,
    talk_of,
)
from langchain_imessage.transforms import Omission
from langchain_imessage.transforms.conversation._reaction_weights import (
    BLAMED,
    PLAIN,
    weight_of,
    with_weight,
)
from langchain_imessage.transforms.conversation._windows import (
    cutter,
    sizes_of,
)
from langchain_imessage.transforms.filters._duplicates import (
    answers_in,
    duplicate_test,
    lesson_key,
    short_reply_test,
    taught_in,
)
from langchain_imessage.transforms.messages._content import is_ai
from langchain_imessage.transforms.messages._message_tokens import (
    TOKENS_PER_EXAMPLE,
    texts_counter,
)
from langchain_imessage.transforms.messages._speakers import SOMEONE
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.preparation._exclusions import Vetoes
    from langchain_imessage.preparation.steps._audience import Audience
    from langchain_imessage.preparation.steps._choices import Choices

_ANSWER = "answer"
_FOR_QUESTION = 4
"""A question may keep a quarter of the room from an answer that is too long."""


class Candidate(NamedTuple):
    """An example to be.

    Attributes:
        example: The example.
        tokens: How many it has.
        is_vetoed: Whether it is vetoed.
        settle: Counts the outcome of its messages; "" for an example.
    """

    example: ChatSession | TextExample
    tokens: int
    is_vetoed: bool
    settle: Callable[[str], None]

    @property
    def segment(self) -> Mapping[str, Any]:
        """The segment it is from, or the example where it is none of texts."""
        known = self.example
        return known.talk.segment if isinstance(known, TextExample) else known


class CandidateMaker:
    """Makes the candidates of one pass.

    Args:
        choices: What was chosen.
        audience: Makes what stands before each example.
        counts: Counts the outcomes.
        vetoes: The vetoed ids.
        vetoed_words: Keys of lessons that are vetoed whoever says them.
    """

    def __init__(
        self,
        choices: Choices,
        audience: Audience,
        counts: PassCounts,
        vetoes: Vetoes,
        vetoed_words: Collection[int],
    ) -> None:
        self._choices = choices
        self._counts = counts
        self._vetoes = vetoes
        self._vetoed_words = vetoed_words
        self._audience = audience
        self._head: Sequence[BaseMessage] | None = None
        self._head_tokens = 0
        # The writers name who is nameless, where anybody has a name.
        nameless = SOMEONE if choices.groups == "field" else ""
        self._sizes = partial(
            sizes_of, count_tokens=choices.count_tokens, nameless=nameless
        )
        self._tokens_of = texts_counter(choices.count_tokens)
        self._may_be_whole = choices.may_be_whole
        self._is_new = None if choices.duplicates else duplicate_test()
        self._is_wanted = short_reply_test(
            choices.max_short_replies, counts.short_replies
        )

    def candidates(self, segments: Iterable[ChatSession | Talk]) -> Iterator[Candidate]:
        """Judge segments, or the windows they are cut to where they are too much."""
        for segment in segments:
            talk = segment if isinstance(segment, Talk) else self._talk(segment)
            if talk is None:
                yield from self._windows(cast("ChatSession", segment))
                continue
            head = self._audience.head(talk.segment, talk.moments)
            tokens = self._around(head) + self._tokens_of(talk.texts)
            if tokens > (self._choices.max_tokens or inf):
                yield from self._windows(talk.session)
            elif whole := self._whole(talk, head, tokens):  # as nearly always
                yield whole

    def _talk(self, segment: ChatSession) -> Talk | None:
        """Return a segment that may be one example as a talk."""
        if not self._may_be_whole or PEOPLE in segment:
            return None
        return talk_of(segment)

    def _whole(
        self, talk: Talk, head: Sequence[BaseMessage], tokens: int
    ) -> Candidate | None:
        """Judge a segment that is one example."""
        settle = partial(self._counts.settle_whole, len(talk.ids))
        known = id_of_ids(talk.ids)
        is_vetoed = self._is_vetoed(known, talk.texts)
        reason = self._objection(talk.texts, talk.texts[1::2])
        if reason and not is_vetoed:
            settle(reason)
            return None
        title = self._audience.title(talk.segment)
        example = TextExample(talk, head, known, tokens, title)
        return Candidate(example, tokens, is_vetoed, settle)

    def _windows(self, segment: ChatSession) -> Iterator[Candidate]:
        """Cut a segment into windows, and judge each."""
        head = self._head_of(segment, segment["messages"])
        room = (self._choices.max_tokens or inf) - self._around(head)
        messages, sizes = self._fitting(segment["messages"], room)
        windows = cutter(self._choices.windows)(messages, sizes, room)
        outcomes = SegmentOutcomes(messages, len(windows), self._counts)
        weigh = self._weigher(messages)
        for start, stop in windows:
            taken = weigh(start, stop)
            settle = partial(outcomes.settle, start, stop)
            known, taught = example_id(taken), taught_in(taken)
            is_vetoed = self._is_vetoed(known, taught)
            # Asked of a vetoed one, too: what was its duplicate stays one.
            reason = self._dislike(taken) or self._objection(taught, answers_in(taken))
            if reason and not is_vetoed:
                settle(reason)
                continue
            own_head = self._head_of(segment, taken)
            tokens = self._around(own_head) + sum(sizes[start:stop])
            session: dict[str, Any] = {
                **segment,
                "messages": [*own_head, *taken],
                "id": known,
            }
            session.pop(PEOPLE, None)
            if title := self._audience.title(segment):
                session["title"] = title
            if self._choices.windows == _ANSWER:
                session["learned"] = "last"
            yield Candidate(cast("ChatSession", session), tokens, is_vetoed, settle)

    def words_of_vetoed(self, segments: Iterable[ChatSession | Talk]) -> frozenset[int]:
        """Return the keys of the lessons of all vetoed examples."""
        return frozenset(
            lesson_key(_taught_by(candidate.example))
            for candidate in self.candidates(segments)
            if candidate.is_vetoed
        )

    def _head_of(
        self, segment: ChatSession, messages: Sequence[BaseMessage]
    ) -> list[BaseMessage]:
        return self._audience.head(segment, map(seconds_of, messages))

    def _around(self, head: Sequence[BaseMessage]) -> int:
        """Return the tokens of an example beside its turns; most have the same head."""
        if head is not self._head:
            sizes = self._sizes(head)
            self._head, self._head_tokens = head, TOKENS_PER_EXAMPLE + sum(sizes)
        return self._head_tokens

    def _is_vetoed(self, known: str, taught: Sequence[str]) -> bool:
        if self._vetoes.has(known):
            return True
        return bool(self._vetoed_words) and lesson_key(taught) in self._vetoed_words

    def _fitting(
        self, messages: Sequence[BaseMessage], room: float
    ) -> tuple[Sequence[BaseMessage], Sequence[int]]:
        """Shorten questions that leave no room for their answers, and answers too long.

        Returns:
            The messages, and the tokens of each.
        """
        sizes = self._sizes(messages)
        if max(sizes, default=0) <= room / 2:  # as nearly always
            return messages, sizes
        found = list(messages)
        for place in range(1, len(found)):
            question, answer = found[place - 1], found[place]
            if not is_ai(answer) or is_ai(question):
                continue
            if sizes[place - 1] + sizes[place] > room:
                found[place - 1 : place + 1] = _shortened(
                    question, answer, room, self._sizes, self._choices.count_tokens
                )
        return found, self._sizes(found)

    def _weigher(
        self, messages: Sequence[BaseMessage]
    ) -> Callable[[int, int], Sequence[BaseMessage]]:
        """Return what makes a window of messages, with their weights if there are any."""
        if self._choices.windows != _ANSWER and not self._choices.reactions:
            return lambda start, stop: messages[start:stop]
        weigh = weight_of if self._choices.reactions else lambda _: PLAIN
        taught = [with_weight(m, weigh(m)) if is_ai(m) else m for m in messages]
        if self._choices.windows != _ANSWER:
            return lambda start, stop: taught[start:stop]
        # An answer is learned once, in its own window; in later ones it is context.
        context = [with_weight(m, BLAMED) if is_ai(m) else m for m in messages]
        return lambda start, stop: [*context[start : stop - 1], taught[stop - 1]]

    def _dislike(self, messages: Sequence[BaseMessage]) -> str:
        """Return that all answers were disliked; "" if that is not so, or does not count."""
        if not self._choices.reactions:
            return ""
        weights = [m.additional_kwargs["weight"] for m in messages if is_ai(m)]
        return "" if any(weights) else Omission.DISLIKED

    def _objection(self, taught: Sequence[str], answers: Sequence[str]) -> str:
        """Return why what is taught is no example; "" if it is one."""
        if self._is_new and not self._is_new(taught):
            return Omission.DUPLICATE
        return "" if self._is_wanted(answers) else Omission.FREQUENT_SHORT_REPLY


def _taught_by(example: ChatSession | TextExample) -> Sequence[str]:
    if isinstance(example, TextExample):
        return example.talk.texts
    return taught_in([m for m in example["messages"] if m.type != "system"])


def _shortened(
    question: BaseMessage,
    answer: BaseMessage,
    room: float,
    sizes: Callable[[Sequence[BaseMessage]], list[int]],
    count: Callable[[str], int],
) -> tuple[BaseMessage, BaseMessage]:
    """Cut a question at its front, and an answer that alone is too long at its end."""

    def cut(
        message: BaseMessage, left: float, which: Callable[..., str]
    ) -> BaseMessage:
        (size,) = sizes([message])
        if size <= left or not isinstance(message.content, str):
            return message
        around = size - count(message.content)
        text = which(message.content, int(left - around), count)
        return message.model_copy(update={"content": text}) if text.strip() else message

    (size,) = sizes([question])
    answer = cut(answer, room - min(size, room / _FOR_QUESTION), head_that_fits)
    (used,) = sizes([answer])
    return cut(question, room - used, tail_that_fits), answer
