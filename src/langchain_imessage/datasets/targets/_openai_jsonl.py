"""Sessions → a JSONL file of training examples, whole or not at all.

Owns the file: its lines, its encoding, who may read it, and that none is left half
written. What goes into an example is the adapter's business. No content may get into an
error message.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.adapters.openai import (
    convert_message_to_dict,
    role_and_words,
    sessions_that_teach,
)
from langchain_imessage.arguments import PATH, PROGRESS, SESSIONS, check_arguments
from langchain_imessage.errors import ExportError
from langchain_imessage.files import replacing
from langchain_imessage.json_lines import whole_characters
from langchain_imessage.transforms.conversation._roles import MappedSessions
from langchain_imessage.transforms.messages._session_streams import SessionTurns

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.preparation._prepared import Progress


@check_arguments(sessions=SESSIONS, path=PATH, progress=PROGRESS)
def write_jsonl(
    sessions: Iterable[ChatSession],
    path: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
) -> int:
    """Write sessions as training examples, one line of JSON each.

    The sessions are taken one at a time. The file is readable by its owner only, and
    takes its place when its last line is written: whatever goes wrong before that leaves
    what was there as it was.

    Args:
        sessions: Sessions, some of their messages being AI messages; which of them make
            an example is up to `convert_messages_for_finetuning`.
        path: The file to write or to replace; its folder must be there.
        progress: Called after each example with how many have been written, and None:
            how many there are is known at the end only.

    Returns:
        How many examples the file holds, each a line `{"messages": [...]}`. It is ASCII,
        and a lone surrogate is written as U+FFFD.

    Raises:
        ExportError: (a ValueError) If an example cannot be written as JSON, or the path
            is there but is no file. Its `line` and `path` say where.
        OSError: If the file cannot be written.
        TypeError: If there is a message of a kind OpenAI has no role for.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> session = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
        >>> write_jsonl([session], "train.jsonl")
        1
    """
    target = Path(path)
    if target.exists() and not target.is_file():
        raise ExportError("The path exists, but is not a file", path=target)
    line = 0
    with replacing(target, follow_link=True) as file:
        for line, example in enumerate(_examples(sessions), start=1):
            if isinstance(example, SessionTurns):
                messages = [_text_to_json(*turn) for turn in example.turns]
            else:
                messages = [
                    _message_to_json(message, line=line, path=target)
                    for message in example["messages"]
                ]
            file.write(f'{{"messages": [{", ".join(messages)}]}}\n')
            if progress is not None:
                progress(line, None)
    return line


def _examples(
    sessions: Iterable[ChatSession],
) -> Iterator[SessionTurns | ChatSession]:
    """Leave out what is no example; take turns where the sessions can be had as these."""
    if not isinstance(sessions, MappedSessions):
        yield from sessions_that_teach(sessions)
        return
    for found in sessions.turns():
        if not isinstance(found, SessionTurns):
            yield from sessions_that_teach([found])
        elif not found.is_self and any(is_ai for is_ai, _ in found.turns):
            yield found


def _text_to_json(is_ai: bool, text: str) -> str:  # noqa: FBT001 - as in a turn
    role = "assistant" if is_ai else "user"
    words = encode_basestring_ascii(text if _is_whole(text) else whole_characters(text))
    return f'{{"role": "{role}", "content": {words}}}'


def _message_to_json(message: BaseMessage, *, line: int, path: Path) -> str:
    """Write a message; nearly all are plain, and take a third of the time without a dict."""
    plain = role_and_words(message)
    if plain is not None and _is_whole(plain[1]):
        role, words = plain
        return f'{{"role": "{role}", "content": {encode_basestring_ascii(words)}}}'
    return _to_json(convert_message_to_dict(message), line=line, path=path)


def _is_whole(text: str) -> bool:
    """Return whether there is no half of an emoji in a text, which UTF-8 cannot express."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _to_json(converted: dict[str, Any], *, line: int, path: Path) -> str:
    try:
        text = json.dumps(converted, allow_nan=False)
        if "\\ud" not in text:  # no half of an emoji, nor a whole one
            return text
        return json.dumps(whole_characters(converted), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        message = f"Example {line} holds something JSON cannot express"
        raise ExportError(message, line=line, path=path) from error
