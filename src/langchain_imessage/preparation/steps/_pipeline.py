"""One pass over sessions: the steps of `prepare`, in order, with the counts of each.

Owns how the transforms are put together. It is lazy: of a session it holds what is being
made of it, and of what is past only the counts and the filters' hashes.
"""

from __future__ import annotations

from collections import Counter, deque
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from langchain_imessage.chat_loaders._loaded_sessions import LoadedSessions
from langchain_imessage.preparation._exclusions import Vetoes
from langchain_imessage.preparation.steps._audience import Audience
from langchain_imessage.preparation.steps._candidates import CandidateMaker
from langchain_imessage.preparation.steps._opt_out_use import OptOutUse, missing
from langchain_imessage.preparation.steps._pass_counts import PassCounts
from langchain_imessage.preparation.steps._text_reading import (
    TextReader,
    answered,
    suits,
    suits_runs,
)
from langchain_imessage.preparation.steps._voice_search import VoiceSearch
from langchain_imessage.preparation.texts._text_examples import (
    Talk,
    TextExample,
    talks_of,
)
from langchain_imessage.transforms import (
    Omission,
    Redactor,
    drop_automated,
    map_ai_messages_in_session,
    merge_chat_runs,
    name_speakers,
    split_sessions,
    trim_turns,
)
from langchain_imessage.transforms.conversation._roles import senders_of
from langchain_imessage.transforms.filters._senders import keep_latest
from langchain_imessage.transforms.messages._content import bubbles_in, is_ai, is_human
from langchain_imessage.transforms.messages._participants import conversation_of
from langchain_imessage.transforms.messages._session_streams import SessionRuns

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Generator,
        Iterable,
        Iterator,
        Sequence,
    )

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.preparation.steps._choices import Choices, Redaction


_ANSWER = "answer"


class Pass:
    """One pass.

    Args:
        choices: What was chosen.
        vetoed_words: What vetoed examples say, as `words_of_vetoed` returned it: other
            examples that say the same are left out with them.

    Attributes:
        counts: What has been counted; complete after the pass.
        vetoes: The vetoed ids, and which of them there were.
        opt_outs: The entries of `never`, and which of them were used.
        audience: Says who is written to.
        reads_texts: Whether the steps before segments are merged need no messages.
    """

    def __init__(
        self, choices: Choices, vetoed_words: Collection[int] = frozenset()
    ) -> None:
        self._choices = choices
        self.counts = PassCounts()
        self.vetoes = Vetoes(choices.vetoed)
        self.opt_outs = OptOutUse(choices.never)
        self._is_rehearsal = False
        self._voices = VoiceSearch(choices.sender)
        self._texts = TextReader(choices, self.counts, self._voices)
        self.reads_texts = suits(choices)
        self.audience = Audience(choices)
        self._maker = CandidateMaker(
            choices, self.audience, self.counts, self.vetoes, vetoed_words
        )

    def examples(
        self, turns: Iterator[ChatSession | Talk]
    ) -> Iterator[ChatSession | TextExample]:
        """Make examples of what `turns` yielded, here or in another process."""
        candidates = self._maker.candidates(turns)
        most = self._choices.max_per_contact
        if most is not None:
            candidates = keep_latest(
                candidates,
                most,
                key=lambda candidate: conversation_of(candidate.segment),
                drop=lambda candidate: candidate.settle(Omission.CONTACT_CAP),
            )
        for candidate in candidates:
            if candidate.is_vetoed:
                candidate.settle(Omission.VETOED)
                continue
            candidate.settle("")
            example = candidate.example
            if isinstance(example, TextExample):
                self.counts.text_example(example)
            else:
                self.counts.example(example, candidate.tokens)
            yield example
        self.opt_outs.warn()
        self.audience.warn()
        if not self.vetoes.rows_follow:
            self.vetoes.warn()

    def words_of_vetoed(self, sessions: Iterable[ChatSession]) -> frozenset[int]:
        """Return the keys of what vetoed examples teach; makes none."""
        self._is_rehearsal = True
        return self._maker.words_of_vetoed(self.turns(self.merged(sessions)))

    def merged(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Go from whole conversations to segments whose bubbles are merged.

        Until here nothing depends on what is made of another conversation.
        """
        yield from self._merged(sessions)
        if not self._is_rehearsal:
            self._voices.warn()

    def merged_for_rows(
        self,
        sessions: Iterable[ChatSession],
        watched: Callable[[Iterable[Any]], Iterable[Any]] = iter,
        *,
        in_runs: bool = False,
    ) -> Iterator[ChatSession | SessionRuns]:
        """Do the same for whoever makes rows of it, with no message for each bubble.

        Args:
            sessions: Those of a loader can be read as texts; others are merged as ever.
            watched: Passes on what is found of each conversation.
            in_runs: Whether segments may be runs, where no messages are needed later.
        """
        if not (self.reads_texts and isinstance(sessions, LoadedSessions)):
            yield from self.merged(watched(sessions))
            return
        in_runs = in_runs and suits_runs(self._choices)
        shape = self._texts.runs if in_runs else self._texts.sessions
        for found in watched(sessions.shaped(shape)):
            yield from found if isinstance(found, list) else self._merged([found])
        self._voices.warn()

    def _merged(self, sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
        choices, dropped = self._choices, self.counts.dropped
        known = self.counts.source(sessions)
        if choices.never:
            known = self.opt_outs.leave_out(known, dropped)
        if not choices.automated:
            known = drop_automated(known, dropped=dropped)
        if choices.people:
            known = self.audience.tagged(known)
        pieces = self.counts.gaps(split_sessions(known, gap=choices.gap))
        merged = merge_chat_runs(
            self._answered(pieces), within=choices.within, delimiter=choices.delimiter
        )
        if choices.sender is not None:
            as_ai = partial(map_ai_messages_in_session, sender=choices.sender)
            return map(as_ai, merged)
        return merged

    def turns(
        self, merged: Iterator[ChatSession | SessionRuns]
    ) -> Iterator[ChatSession | Talk]:
        """Go from merged segments to such in alternation, with nothing private.

        Placeholders are numbered in the order of the segments, so this is done in one
        process for all of them.
        """
        choices, dropped = self._choices, self.counts.dropped
        redacted = self._redacted(merged)
        if choices.people:  # for whom segments are read as sessions
            redacted = self.audience.gathered(cast("Iterator[ChatSession]", redacted))
        for segment in redacted:
            if isinstance(segment, SessionRuns):
                yield from talks_of(segment, choices.delimiter, dropped)
                continue
            named = name_speakers([segment], choices.groups, dropped=dropped)
            yield from trim_turns(named, delimiter=choices.delimiter, dropped=dropped)

    def _answered(self, pieces: Iterable[ChatSession]) -> Iterator[ChatSession]:
        """Take off each segment what can be in no example, before it is worked on.

        `trim_turns` would take off the same; most segments end here, and cost no more.
        """
        sender, leave_out = self._choices.sender, self.counts.leave_out
        for piece in pieces:
            self._voices.note(senders_of(piece))
            messages = _turns_only(piece["messages"], leave_out)
            own = [_is_own(message, sender) for message in messages]
            start, stop = answered(own, 0, len(own))
            leave_out(Omission.NOTHING_BEFORE, messages[:start])
            leave_out(Omission.UNANSWERED, messages[stop:])
            if start < stop:
                yield {**piece, "messages": messages[start:stop]}

    def _redacted(
        self, sessions: Iterator[ChatSession | SessionRuns]
    ) -> Iterator[ChatSession | SessionRuns]:
        """Redact, and count what that replaces and what it leaves out."""
        redactor = self._choices.redactor
        if redactor is None:
            yield from sessions
            return
        replaced, dropped = _counts(redactor, "counts"), _counts(redactor, "dropped")
        tells_all, lost = type(redactor) is Redactor, 0
        if tells_all and not self.opt_outs.unmatched:  # runs are read for no others
            yield from redactor(cast("Iterator[ChatSession]", sessions))
        else:
            lost = yield from self._compared(cast("Iterator[ChatSession]", sessions))
        self.counts.redactions.update(_counts(redactor, "counts") - replaced)
        told = _counts(redactor, "dropped") - dropped
        if not tells_all and told.total() != lost:  # it does not say, or not of all
            told = Counter({Omission.OPTED_OUT_WORD: lost})
        self.counts.dropped.update(told)

    def _compared(
        self, sessions: Iterator[ChatSession]
    ) -> Generator[ChatSession, None, int]:
        """Redact sessions, and look for what the redactor left out.

        Returns:
            How many messages that were.
        """
        redactor = cast("Redaction", self._choices.redactor)
        lost = 0
        entered: deque[ChatSession] = deque()

        def entering() -> Iterator[ChatSession]:
            nonlocal lost
            for session in sessions:
                lost += bubbles_in(session["messages"])
                if self.opt_outs.unmatched:
                    entered.append(session)
                yield session

        for session in redactor(entering()):
            lost -= bubbles_in(session["messages"])
            self._note_left_out(entered, session)
            yield session
        self._note_left_out(entered, None)
        return lost

    def _note_left_out(
        self, entered: deque[ChatSession], left: ChatSession | None
    ) -> None:
        """Note which opt-outs the messages have that the redactor left out."""
        while entered:
            session = entered.popleft()
            gone = missing(session, left)
            if gone:
                self.opt_outs.note_words(gone)
            if len(gone) < len(session["messages"]):
                break  # what is left of it is the session that came out


def _turns_only(
    messages: Sequence[BaseMessage],
    leave_out: Callable[[str, Sequence[BaseMessage]], None],
) -> Sequence[BaseMessage]:
    """Leave out what nobody said: system prompts, tools' answers."""
    others = [m for m in messages if not (is_human(m) or is_ai(m))]
    if not others:
        return messages
    leave_out(Omission.NO_TURN, others)
    return [m for m in messages if is_human(m) or is_ai(m)]


def _is_own(message: BaseMessage, sender: str | None) -> bool:
    if sender is not None and message.additional_kwargs.get("sender") == sender:
        return True
    return is_ai(message)


def _counts(redactor: Any, name: str) -> Counter[str]:
    return Counter(getattr(redactor, name, None) or {})
