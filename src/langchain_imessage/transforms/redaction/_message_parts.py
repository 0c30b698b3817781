"""Which parts of a message are redacted, and how each is put back together; pure.

Owns what of a message may leave: its content, its names, and what an adapter writes out.
What stands for a text or a name is decided by the functions it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.transforms.redaction._session_people import is_own

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_core.messages import BaseMessage

    from langchain_imessage.transforms.messages._session_streams import SessionRuns

    Redact = Callable[[str], str]
    Label = Callable[[str, object], str]

_WRITTEN = frozenset({"name", "function_call", "tool_calls", "context"})
"""What of a message's `additional_kwargs` an adapter writes out."""


def message_update(
    message: BaseMessage, redact: Redact, label: Label
) -> dict[str, Any]:
    """Return the fields of a message that redaction changes.

    Args:
        message: The message; it is not changed.
        redact: Redacts a text.
        label: Returns what stands for a speaker, of a name and a person's id, if known.
    """
    update: dict[str, Any] = {}
    content = message.content
    if isinstance(content, str):  # nearly all: and most of these stay as they are
        text = redact(content)
        if text is not content:
            update["content"] = text
    elif (blocks := [_block(block, redact) for block in content]) != content:
        update["content"] = blocks
    kwargs = message.additional_kwargs
    sender = kwargs.get("sender")
    if sender and isinstance(sender, str) and not is_own(message):
        speaker = label(sender, kwargs.get("person"))
        if speaker != sender:
            update["additional_kwargs"] = {**kwargs, "sender": speaker}
    if not kwargs.keys().isdisjoint(_WRITTEN):  # in this order: kwargs are many
        changed = update.get("additional_kwargs", kwargs)
        update["additional_kwargs"] = {**changed, **_written(kwargs, redact, label)}
    if message.name:
        update["name"] = label(message.name, None)
    return update


def redacted_runs(runs: SessionRuns, redact: Redact, label: Label) -> SessionRuns:
    """Return runs as their messages would be redacted; the arguments are the same."""
    texts, senders = [], []
    columns = zip(runs.texts, runs.senders, runs.persons, runs.owns, strict=True)
    for text, sender, person, is_owners in columns:
        texts.append(redact(text))
        senders.append(sender if is_owners or not sender else label(sender, person))
    return runs._replace(texts=texts, senders=senders)


def redacted_value(value: Any, redact: Redact) -> Any:
    """Return a value, as it is in JSON, all of whose strings are redacted."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: redacted_value(item, redact) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted_value(item, redact) for item in value]
    return value


def _written(kwargs: Mapping[str, Any], redact: Redact, label: Label) -> dict[str, Any]:
    return {
        key: label(value, None)
        if key == "name" and isinstance(value, str)
        else redacted_value(value, redact)
        for key, value in kwargs.items()
        if key in _WRITTEN
    }


def _block(block: Any, redact: Redact) -> Any:
    if isinstance(block, str):
        return redact(block)
    text = block.get("text") if isinstance(block, dict) else None
    if not isinstance(text, str):
        return block
    return {**block, "text": redact(text)}
