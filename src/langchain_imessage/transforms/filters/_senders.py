"""Whose messages are no examples: machines', the owner's to themselves, and opt-outs'.

Owns what follows from who takes part, and asks `_machine_texts` what machines say.
"""

from __future__ import annotations

from collections import Counter, deque
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_imessage.arguments import COUNTS, SESSIONS, TEXTS, WHOLE, check_arguments
from langchain_imessage.transforms.filters._machine_texts import (
    is_toll_free,
    sounds_automated,
)
from langchain_imessage.transforms.messages._content import (
    bubbles_in,
    is_human,
    text_of,
)
from langchain_imessage.transforms.messages._drop_reasons import Omission, without
from langchain_imessage.transforms.messages._opt_outs import OptOuts
from langchain_imessage.transforms.messages._participants import (
    chat_of,
    conversation_of,
    is_automated,
    is_word,
    others_in,
)

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

_Item = TypeVar("_Item")


@check_arguments(sessions=SESSIONS, dropped=COUNTS)
def drop_automated(
    sessions: Iterable[ChatSession], *, dropped: Counter[str] | None = None
) -> Iterator[ChatSession]:
    """Leave out conversations with machines, and with oneself.

    A machine is told by its address: a short code, a toll-free number, a business's id,
    one that takes no answers or has a filter's tag; by a word in which only that word
    speaks; or by what a number without a name says: nothing but codes and "Reply STOP".

    Args:
        sessions: Sessions; those without a `chat` are told by their senders.
        dropped: Counts the messages left out, by reason.

    Returns:
        The others, lazily.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> said = HumanMessage("Sale!", additional_kwargs={"sender": "28849"})
        >>> list(drop_automated([{"messages": [said]}]))
        []
    """
    return without(sessions, _automated, dropped)


def _automated(session: ChatSession) -> str:
    messages = session["messages"]
    said = [
        (message.additional_kwargs.get("sender"), text_of(message.content))
        for message in messages
        if is_human(message) and not message.additional_kwargs.get("is_from_me")
    ]
    senders = {message.additional_kwargs.get("sender") for message in messages}
    chat = chat_of(session)
    others = chat.get("handles") or others_in(session)
    return why_automated(chat, others=others, senders=senders, said=said)


def why_automated(
    chat: Mapping[str, Any],
    *,
    others: Collection[str],
    senders: Collection[object],
    said: Sequence[tuple[object, str]],
) -> str:
    """Return why a conversation is with no person; "" if it is with one.

    Args:
        chat: What is known of it.
        others: The addresses of everybody but the owner, or what they are called.
        senders: Who speaks.
        said: Who says what, without the owner.
    """
    if chat.get("is_self"):
        return Omission.SELF_CHAT
    handles = [*(chat.get("handles") or ())]
    is_one_word = len(handles) == 1 and is_word(handles[0])
    if (
        (others and all(is_automated(one) or is_toll_free(one) for one in others))
        or (len(others) == 1 and sounds_automated(said))
        or (is_one_word and {*senders} <= {*handles})
    ):
        return Omission.AUTOMATED
    return ""


@check_arguments(sessions=SESSIONS, people=TEXTS, dropped=COUNTS)
def drop_people(
    sessions: Iterable[ChatSession],
    people: Collection[str],
    *,
    dropped: Counter[str] | None = None,
) -> Iterator[ChatSession]:
    """Leave out every conversation that somebody takes part in who has opted out.

    Args:
        sessions: Sessions.
        people: Their names or addresses, in any case; a number in any punctuation. A
            first name is everybody's who has it.
        dropped: Counts the messages left out, by reason.

    Returns:
        The others, lazily.

    Raises:
        ArgumentTypeError: (a TypeError) If `people` is one text.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> said = HumanMessage("Hi!", additional_kwargs={"sender": "+15550101"})
        >>> list(drop_people([{"messages": [said]}], ["+1 555-0101"]))
        []
    """
    opt_outs = OptOuts(people)

    def reason(session: ChatSession) -> str:
        return Omission.OPTED_OUT if opt_outs.is_person(others_in(session)) else ""

    return without(sessions, reason, dropped)


@check_arguments(sessions=SESSIONS, most=WHOLE, dropped=COUNTS)
def cap_per_contact(
    sessions: Iterable[ChatSession], most: int, *, dropped: Counter[str] | None = None
) -> Iterator[ChatSession]:
    """Leave out what one conversation has beyond so many examples.

    One's most talkative friend should not own one's voice.

    Args:
        sessions: Examples, oldest first in each conversation; a conversation's are held
            until its last one has come.
        most: How many there may be of each conversation.
        dropped: Counts the messages left out, by reason.

    Returns:
        The latest ones of each, in the order they came in.

    Example:
        >>> from langchain_core.messages import HumanMessage
        >>> said = [HumanMessage(text, additional_kwargs={"sender": "Ann"})
        ...         for text in ("old", "new")]
        >>> sessions = [{"messages": [message]} for message in said]
        >>> [s["messages"][0].content for s in cap_per_contact(sessions, 1)]
        ['new']
    """
    counts = Counter[str]() if dropped is None else dropped

    def drop(session: ChatSession) -> None:
        counts[Omission.CONTACT_CAP] += bubbles_in(session["messages"])

    return keep_latest(sessions, most, key=conversation_of, drop=drop)


def keep_latest(
    items: Iterable[_Item],
    most: int,
    *,
    key: Callable[[_Item], tuple[str, ...]],
    drop: Callable[[_Item], None],
) -> Iterator[_Item]:
    """Keep the latest items of each key, so many in all."""
    seen: Counter[tuple[str, ...]] = Counter()
    for who, group in groupby(items, key=key):
        latest: deque[_Item] = deque()
        for item in group:
            latest.append(item)
            if seen[who] + len(latest) > most:
                drop(latest.popleft())
        seen[who] += len(latest)
        yield from latest
