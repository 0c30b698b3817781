"""How a message becomes the content of a LangChain message: the one place that decides.

A policy is a function of one message. It sees every row, also those without words of
their own (`details.reason` says why), and answers with the content, or None for none.
Pure; `ANNOTATIONS` are its words, for translators.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.arguments import MAPPING, check_arguments, or_none
from langchain_imessage.records import Attachment, Message, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from langchain_imessage.records import Details, GroupEvent, Part, Poll

ContentPolicy: TypeAlias = "Callable[[Message], str | list[Any] | None]"
"""A message → its content; None, or nothing in it, leaves the message out."""

ANNOTATIONS: Mapping[str, str] = MappingProxyType(
    {
        "image": "[image]",
        "video": "[video]",
        "audio": "[audio]",
        "voice": "[voice message]",
        "voice: said": "[voice message: {text}]",
        "sticker": "[sticker]",
        "emoji": "[emoji]",
        "emoji: described": "[emoji: {text}]",
        "contact": "[contact card]",
        "location": "[location]",
        "file": "[file]",
        "unknown": "[attachment]",
        "link": "[link: {text}]",
        "app": "[{kind}: {text}]",
        "poll": "[poll: {text}]",
        "reply": '[reply to "{text}"] ',
        "reply: unknown": "[reply] ",
        "reacted": '[reacted {emoji} to "{text}"]',
        "reacted: unknown": "[reacted {emoji}]",
        "unsent": "[unsent]",
        "joined": "[added {name} to the group]",
        "removed": "[removed {name} from the group]",
        "left": "[left the group]",
        "renamed": '[named the group "{title}"]',
        "photo changed": "[changed the group photo]",
        "photo removed": "[removed the group photo]",
        "background changed": "[changed the background]",
        "background removed": "[removed the background]",
        "location shared": "[shared their location]",
        "location stopped": "[stopped sharing their location]",
        "audio kept": "[kept an audio message]",
        "facetime": "[FaceTime]",
        "number changed": "[changed their number]",
        "somebody": "somebody",
    }
)
"""What `annotate` writes for what is not words, by kind; `{text}` is filled in."""

REACTION_EMOJI: Mapping[str, str] = MappingProxyType(
    {
        "loved": "❤️",
        "liked": "👍",
        "disliked": "👎",
        "laughed": "😂",
        "emphasized": "‼️",
        "questioned": "❓",
        "sticker": "a sticker",
        "emoji": "an emoji",
        "unknown": "something",
    }
)
"""By a reaction's kind: what is written for it where it has no emoji of its own."""
_QUOTED = 80
"""Characters of a message that is answered or reacted to: enough to know which it was."""


@check_arguments(phrases=or_none(MAPPING))
def annotate(phrases: Mapping[str, str] | None = None) -> ContentPolicy:
    """Return the policy that also says what is not words, in brackets.

    Args:
        phrases: What to write, by kind, in place of some or all of `ANNOTATIONS`. An
            empty phrase leaves its kind out.

    Returns:
        A policy: the words with attachments, links, apps, polls and answers named where
        they stand; reactions, group events and unsent messages as messages of their own.

    Example:
        >>> policy = annotate({"image": "[Bild]"})
        >>> policy(Message(1, None, None, None, "Hi", None, True))
        'Hi'
    """
    said = {**ANNOTATIONS, **(phrases or {})}
    return partial(_content, said)  # unlike a closure it can be pickled


def _content(said: Mapping[str, str], message: Message) -> str | None:
    return _annotated(message, said) or None


def contents(
    messages: Sequence[Message], policy: ContentPolicy, shown: Collection[int]
) -> tuple[list[Message], Counter[Reason]]:
    """Apply a policy to each message.

    Args:
        messages: A conversation, rows without words included.
        policy: The policy.
        shown: ROWIDs of the reactions that stand; it is not applied to the others, nor to
            earlier states of what an app has shown since.

    Returns:
        The messages it wants, and how many it does not, by reason.
    """
    latest = {_session(message): message.rowid for message in messages}
    kept: list[Message] = []
    left_out: Counter[Reason] = Counter()
    for message in messages:
        details = message.details
        reason = (details and details.reason) or Reason.FILTERED
        session = _session(message)
        gone = (reason is Reason.REACTION and message.rowid not in shown) or (
            session is not None and latest[session] != message.rowid
        )
        content = None if gone else policy(message)
        if not content:
            left_out[reason] += 1
        elif content == message.text:
            kept.append(message)
        else:
            _require_content(content, message.rowid)
            kept.append(message._replace(content=content))
    return kept, left_out


def _require_content(content: Any, rowid: int) -> None:
    """Refuse what no message can hold, without quoting it as a later check would.

    Raises:
        TypeError: If it is neither a text nor a list of texts and blocks.
    """
    if isinstance(content, str) or (
        isinstance(content, list) and all(isinstance(p, (str, dict)) for p in content)
    ):
        return
    raise TypeError(
        f"The function `content` returned a {type(content).__name__} for message row "
        f"{rowid}. It has to return a text, a list of texts and blocks, or None."
    )


def _session(message: Message) -> str | None:
    """Name what a wordless app's message is a state of."""
    details = message.details
    if details is None or details.reason is not Reason.APP or details.app is None:
        return None
    return details.app.session


def _annotated(message: Message, said: Mapping[str, str]) -> str:
    details = message.details
    if details is None:
        return message.text
    if details.reaction is not None:
        return _reacted(details, said)
    if details.event is not None:
        return _happened(details.event, said)
    if details.reason is Reason.UNSENT:
        return said["unsent"]
    if details.reason is Reason.EDIT:
        return ""  # the message it edited shows it
    lines = [details.subject, *(_bubble(part, said) for part in message.parts)]
    if not details.parts:
        lines = [message.text]
    lines += _extras(details, said)
    return _reply(details, said) + "\n".join(line for line in lines if line)


def _bubble(part: Part, said: Mapping[str, str]) -> str:
    return "".join(
        _attachment(piece, said) if isinstance(piece, Attachment) else piece
        for piece in part.pieces
    ).strip()


def _attachment(attachment: Attachment, said: Mapping[str, str]) -> str:
    if attachment.transcription:
        return said["voice: said"].format(text=attachment.transcription)
    if attachment.kind == "emoji" and attachment.description:
        return said["emoji: described"].format(text=attachment.description)
    return said.get(attachment.kind, said["unknown"])


def _extras(details: Details, said: Mapping[str, str]) -> Iterator[str]:
    for link in details.links:
        about = ", ".join(filter(None, (link.title, link.summary)))
        if link.text is None:
            yield said["link"].format(text=about or link.url)
    if details.app is not None:
        yield said["app"].format(kind=details.app.kind, text=details.app.text)
    if details.poll is not None:
        yield said["poll"].format(text=_poll(details.poll))


def _poll(poll: Poll) -> str:
    options = " / ".join(
        f"{option.text} ({len(option.voters)})" if option.voters else option.text
        for option in poll.options
    )
    return ": ".join(filter(None, (poll.title, options)))


def _reply(details: Details, said: Mapping[str, str]) -> str:
    if details.reply is None:
        return ""
    if not details.reply.text:
        return said["reply: unknown"]
    return said["reply"].format(text=_clipped(details.reply.text))


def _reacted(details: Details, said: Mapping[str, str]) -> str:
    reaction = details.reaction
    if reaction is None:
        return ""
    emoji = reaction.emoji or REACTION_EMOJI[reaction.kind]
    text = details.reply.text if details.reply else None
    if not text:
        return said["reacted: unknown"].format(emoji=emoji)
    return said["reacted"].format(emoji=emoji, text=_clipped(text))


def _happened(event: GroupEvent, said: Mapping[str, str]) -> str:
    phrase = said.get(event.kind, "")
    return phrase.format(name=event.other or said["somebody"], title=event.title or "")


def _clipped(text: str) -> str:
    line = " ".join(text[: 8 * _QUOTED].split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1].rstrip() + "…"
