"""A training file → what can be learned from it, or why OpenAI would refuse it.

Owns the rules for the lines; reads them one at a time and never quotes one: a complaint
names the line and the rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server._exchange import load_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from langchain_imessage.testing.openai_server.learner._parrot import Pair

FEWEST_EXAMPLES = 10
"""OpenAI's own floor for a training file."""

LONGEST_LINE = 32 << 20
"""Bytes of one example: 65,536 tokens are far less, and a line is held in memory."""

_ROLES = ("assistant", "developer", "function", "system", "tool", "user")
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedFile:
    """What a training file teaches.

    Attributes:
        examples: How many lines there are.
        pairs: What was said and the reply to it, in order.
        words: How many words the examples have, which the server counts as tokens.
        flagged: How many examples have a word in them that moderation flags.
    """

    examples: int
    pairs: list[Pair]
    words: int
    flagged: int


def read_training_file(
    path: Path,
    *,
    param: str,
    fewest: int = FEWEST_EXAMPLES,
    flagged: re.Pattern[str] | None = None,
) -> LearnedFile:
    """Read a training or validation file.

    Args:
        path: The file.
        param: What the job calls it: "training_file" or "validation_file".
        fewest: The fewest examples it may have.
        flagged: What moderation looks for.

    Raises:
        RequestRefusedError: If OpenAI would not take it; names the line, quotes nothing.
    """
    pairs: list[Pair] = []
    examples = words = bad = 0
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            complaint, example = _example(line)
            if complaint:
                raise _invalid(f"Line {number}: {complaint}", param)
            texts = [_text(message) for message in example]
            examples += 1
            words += sum(len(text.split()) for text in texts)
            bad += bool(flagged and any(map(flagged.search, texts)))
            pairs += _pairs(example)
    if examples < fewest:
        message = f"{_title(param)} has {examples} example(s), but must have at least {fewest} examples"
        raise RequestRefusedError(message, code="invalid_n_examples", param=param)
    if not pairs:
        raise _invalid(
            "no user's turn is answered by an assistant's of weight 1", param
        )
    return LearnedFile(examples=examples, pairs=pairs, words=words, flagged=bad)


def last_said(messages: list[dict[str, Any]]) -> str:
    """Return the user's last words: the ones an answer is due to."""
    said = (m for m in reversed(messages) if m.get("role") == "user")
    return _text(next(said, {}))


def _title(param: str) -> str:
    return param.replace("_", " ").capitalize()


def _invalid(message: str, param: str) -> RequestRefusedError:
    message = f"The job failed due to an invalid {param.replace('_', ' ')}. {message}"
    return RequestRefusedError(message, code=f"invalid_{param}", param=param)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE + 1):
        yield line


def _example(line: bytes) -> tuple[str, list[dict[str, Any]]]:
    """Read a line: what is wrong with it, or its messages."""
    if len(line) > LONGEST_LINE:
        return "is too long", []
    try:
        row = load_json(line)
    except (ValueError, RecursionError):
        return "is not valid JSON", []
    if not isinstance(row, dict):
        return "is not an object", []
    if "preferred_output" in row:
        return _preference(row)
    messages = row.get("messages")
    return _complaint(messages), messages or []


def _preference(row: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Read a line of the DPO form; the preferred answer is the one to learn."""
    asked = row["input"].get("messages") if isinstance(row.get("input"), dict) else None
    answer, other = row["preferred_output"], row.get("non_preferred_output")
    if not (isinstance(asked, list) and isinstance(answer, list)):
        return "input.messages and preferred_output must be lists", []
    return _complaint(other) or _complaint([*asked, *answer]), [*asked, *answer]


def _complaint(messages: Any) -> str:
    if not isinstance(messages, list) or not messages:
        return "messages must be a list that is not empty"
    for number, message in enumerate(messages, 1):
        wrong = message_complaint(message)
        if wrong:
            return f"message {number}: {wrong}"
    if not any(message["role"] == "assistant" for message in messages):
        return "there must be an assistant message"
    return ""


def message_complaint(message: Any) -> str:
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        return f"role must be one of {', '.join(_ROLES)}"
    wrong = [rule for rule, is_met in _RULES.items() if not is_met(message)]
    return wrong[0] if wrong else ""


def _has_content(message: dict[str, Any]) -> bool:
    if message.get("tool_calls") or message.get("function_call"):
        return True
    content = message.get("content")
    return isinstance(content, (str, list)) and bool(content)


def _has_whole_characters(message: dict[str, Any]) -> bool:
    try:
        _text(message).encode()
    except UnicodeEncodeError:
        return False
    return True


def _has_good_weight(message: dict[str, Any]) -> bool:
    weight = message.get("weight")
    return weight is None or (message["role"] == "assistant" and weight in (0, 1))


def _has_good_name(message: dict[str, Any]) -> bool:
    name = message.get("name")
    return name is None or (isinstance(name, str) and _NAME.fullmatch(name) is not None)


_RULES = {
    "content must be a string that is not empty": _has_content,
    "content holds half a character": _has_whole_characters,
    "weight must be 0 or 1, and of an assistant message": _has_good_weight,
    "name must match ^[a-zA-Z0-9_-]{1,64}$": _has_good_name,
}


def _text(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    texts = (block.get("text") for block in blocks if isinstance(block, dict))
    return "".join(text for text in texts if isinstance(text, str))


def _pairs(example: list[dict[str, Any]]) -> Iterator[Pair]:
    """Pair each reply to learn with the user's words before it."""
    said = ""
    for message in example:
        text = _text(message)
        if message["role"] == "user":
            said = text
            continue
        is_learned = message["role"] == "assistant" and message.get("weight") != 0
        if is_learned and said and text:
            yield said, text
