"""Examples that are segments of nothing but texts in turn, column by column.

Owns when a segment is one, or several, and what is known of each: to look at its messages
one by one in each step takes longer than the steps. Other segments are worked on message
by message.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.preparation.texts._text_runs import session_of_runs
from langchain_imessage.transforms import Omission, trim_turns
from langchain_imessage.transforms.conversation._joined_texts import join_texts
from langchain_imessage.transforms.conversation._turns import is_group_chat
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.preparation.texts._text_runs import RunSource
    from langchain_imessage.transforms.messages._session_streams import SessionRuns

_ASKED_AND_ANSWERED = [HumanMessage, AIMessage]


class Talk(NamedTuple):
    """A segment of texts in turn: a question, its answer, a question, ... an answer.

    Attributes:
        texts: What each turn says.
        ids: Of the messages, each bubble's.
        replies: Ids of the messages that some of these reply to.
        moments: When each turn was sent, in Unix seconds; None where unknown.
        people: Who speaks beside the owner, as they are called in the texts.
        segment: What else is known of it, as a session says it.
        messages: Returns the messages of the turns.
    """

    texts: tuple[str, ...]
    ids: tuple[str, ...]
    replies: tuple[str, ...]
    moments: Sequence[float | None]
    people: tuple[str, ...]
    segment: Mapping[str, Any]
    messages: Callable[[], Sequence[BaseMessage]]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many there are, never words or people."""
        return f"Talk(turns={len(self.texts)})"

    @property
    def session(self) -> ChatSession:
        """The same as a session of messages."""
        made = {**self.segment, "messages": self.messages()}
        return cast("ChatSession", made)


class TextExample(NamedTuple):
    """An example that is a whole segment.

    Attributes:
        talk: What is said in it.
        head: What stands before it: a system message, or nothing.
        id: Names it in decisions.
        tokens: How many it has, as they were counted when it was prepared.
        title: A group's, as it may be shown; "" where there is none.
    """

    talk: Talk
    head: Sequence[BaseMessage]
    id: str
    tokens: int
    title: str

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show the size, never words or people."""
        return f"TextExample(turns={len(self.talk.texts)}, tokens={self.tokens})"

    @property
    def session(self) -> ChatSession:
        """The same as a session of messages."""
        messages = [*self.head, *self.talk.messages()]
        made = {**self.talk.segment, "messages": messages, "id": self.id}
        if self.title:
            made["title"] = self.title
        return cast("ChatSession", made)


def session_of(example: ChatSession | TextExample) -> ChatSession:
    """Return an example as a session of messages."""
    return example.session if isinstance(example, TextExample) else example


def talk_of(session: ChatSession) -> Talk | None:
    """Return a segment as a talk; None if it is more than texts in turn.

    Args:
        session: As `trim_turns` made it.
    """
    messages = session["messages"]
    if [*map(type, messages)] != _ASKED_AND_ANSWERED * (len(messages) // 2):
        return None
    texts = tuple([message.content for message in messages])
    names = {message.name for message in messages}
    if {*map(type, texts)} != {str} or names != {None}:
        return None
    ids: list[str] = []
    replies: list[str] = []
    for message in messages:
        kwargs = message.additional_kwargs
        of_it = kwargs.get("ids") or [message.id]
        answered = kwargs.get("reply_to") or ""
        if (
            type(of_it) is not list
            or type(answered) is not str
            or "weight" in kwargs
            or "images_left_out" in kwargs
        ):
            return None
        ids += of_it
        if answered:
            replies.append(answered)
    if {*map(type, ids)} != {str}:
        return None
    return Talk(
        texts=cast("tuple[str, ...]", texts),
        ids=tuple(ids),
        replies=tuple(replies),
        moments=[*map(seconds_of, messages)],
        people=people_heard(messages),
        segment=session,
        messages=lambda: messages,
    )


def people_heard(messages: Iterable[BaseMessage]) -> tuple[str, ...]:
    """Return who speaks beside the owner, in order."""
    heard = [m.additional_kwargs for m in messages if m.type == "human"]
    return _named(k.get("sender") for k in heard if not k.get("is_from_me"))


def _named(senders: Iterable[object]) -> tuple[str, ...]:
    return tuple(s for s in dict.fromkeys(senders) if s and isinstance(s, str))


def talks_of(
    runs: SessionRuns, delimiter: str, dropped: Counter[str]
) -> Iterator[ChatSession | Talk]:
    """Yield what `name_speakers` and `trim_turns` would make of a segment of texts.

    Args:
        runs: The runs of a segment.
        delimiter: What to put between the words of two questions in a row.
        dropped: Counts the messages left out, by reason.
    """
    source: RunSource = runs.source
    runs, answers = _with_speakers(runs), source.answers
    is_blank = not all(runs.texts) or any(map(str.isspace, runs.texts))
    if is_blank or answers[0] or not answers[-1]:
        session = session_of_runs(runs)
        yield from trim_turns([session], delimiter=delimiter, dropped=dropped)
        return
    start = 0
    for place in [p for p in range(1, len(answers)) if answers[p] and answers[p - 1]]:
        # Nobody asked for it: it is in no example, and what follows is another one.
        if start < place:
            yield _talk(runs, start, place, delimiter)
        start = place + 1
        bubbles = source.places[start] - source.places[place]
        dropped[Omission.NOTHING_BEFORE] += bubbles
    if start < len(answers):
        yield _talk(runs, start, len(answers), delimiter)


def _talk(runs: SessionRuns, start: int, stop: int, delimiter: str) -> Talk:
    """Return some runs as a talk: those of others in a row are one question."""
    source: RunSource = runs.source
    said, places, answers = source.said, source.places, source.answers
    firsts = [
        p for p in range(start, stop) if p == start or answers[p] != answers[p - 1]
    ]
    texts = runs.texts[start:stop]
    if len(firsts) < len(texts):
        texts = [
            runs.texts[first]
            if behind - first == 1
            else join_texts(runs.texts[first:behind], delimiter)
            for first, behind in pairwise([*firsts, stop])
        ]
    begun = [places[p] for p in firsts]
    return Talk(
        texts=tuple(texts),
        ids=tuple(said.guids[places[start] : places[stop]]),
        replies=tuple(filter(None, [said.replies[place] for place in begun])),
        moments=[said.times[place] for place in begun],
        people=_named(runs.senders[p] for p in firsts[::2] if not said.owns[places[p]]),
        segment={"chat": runs.chat, "split": source.split},
        messages=partial(_messages, runs, start, stop, delimiter),
    )


def _messages(
    runs: SessionRuns, start: int, stop: int, delimiter: str
) -> list[BaseMessage]:
    session = session_of_runs(runs, start, stop)
    (made,) = trim_turns([session], delimiter=delimiter)
    return [*made["messages"]]


def _with_speakers(runs: SessionRuns) -> SessionRuns:
    """Return runs that name who says them, where that is a group."""
    if not runs.chat["is_group"]:  # as most are: the rest costs a look at each run
        return runs
    answers = runs.source.answers
    spoken = [*zip(runs.texts, runs.senders, runs.persons, answers, strict=True)]
    voices: set[object] = {
        person or sender for _, sender, person, is_answer in spoken if is_answer
    }
    if not is_group_chat(runs.chat, voices):
        return runs
    texts = [
        f"{sender}: {text}" if sender and not is_answer else text
        for text, sender, _, is_answer in spoken
    ]
    return runs._replace(texts=texts)
