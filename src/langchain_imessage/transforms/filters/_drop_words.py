"""Messages with a word that is to be in none; told by what is said, not by who says it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from langchain_imessage.arguments import COUNTS, SESSIONS, TEXTS, check_arguments
from langchain_imessage.transforms.messages._content import bubbles_in, text_of
from langchain_imessage.transforms.messages._drop_reasons import Omission
from langchain_imessage.transforms.messages._opt_outs import OptOuts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession


@check_arguments(sessions=SESSIONS, words=TEXTS, dropped=COUNTS)
def drop_words(
    sessions: Iterable[ChatSession],
    words: Collection[str],
    *,
    dropped: Counter[str] | None = None,
) -> Iterator[ChatSession]:
    """Leave out every message with one of some words.

    Args:
        sessions: Sessions; best before runs are merged, for the whole message goes.
        words: Words and phrases, in any case; found as whole words only.
        dropped: Counts the messages left out, by reason.

    Returns:
        The sessions without those messages, lazily; not those that have no other.

    Raises:
        ArgumentTypeError: (a TypeError) If `words` is one text.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> said = [HumanMessage("Lunch?"), HumanMessage("Project Owl is on!")]
        >>> (session,) = drop_words([{"messages": said}], ["project owl"])
        >>> [message.content for message in session["messages"]]
        ['Lunch?']
    """
    counts = Counter[str]() if dropped is None else dropped
    opt_outs = OptOuts(words, addresses=False)
    return _without_words(sessions, opt_outs, counts) if opt_outs else iter(sessions)


def _without_words(
    sessions: Iterable[ChatSession], opt_outs: OptOuts, counts: Counter[str]
) -> Iterator[ChatSession]:
    for session in sessions:
        messages = session["messages"]
        gone = [m for m in messages if opt_outs.is_in(text_of(m.content))]
        if not gone:
            yield session
            continue
        counts[Omission.OPTED_OUT_WORD] += bubbles_in(gone)
        left = {id(message) for message in gone}
        rest = [message for message in messages if id(message) not in left]
        if rest:
            yield {**session, "messages": rest}
