"""What is written into a chat template: messages without marks in them, in an order it takes.

A message may quote the marks that begin and end messages: written as they are they would
become these tokens, and end a turn in its middle. And many templates take no system message,
or no two messages of one role in a row. Owns how both are written instead, the same to train
and to serve. Renders nothing.
"""

from __future__ import annotations

import re
from itertools import dropwhile, groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Message = Mapping[str, str]

_LETTERS = 3
"""A mark has at least so many; a shorter token may be a word like any other."""


class MarkBreaker:
    """Writes messages so that nothing in them is a mark of the template.

    Attributes:
        tokens: The numbers of the tokens that can be a mark.

    Args:
        tokenizer: The model's, as mlx-lm loads it.
    """

    def __init__(self, tokenizer: Any) -> None:
        added = tokenizer.added_tokens_decoder
        self.tokens = frozenset({*added, *tokenizer.eos_token_ids})
        template = str(tokenizer.chat_template)
        marks = [
            token.content
            for token in added.values()
            if len(token.content.strip()) >= _LETTERS
            and (token.special or token.content in template)
        ]
        longest_first = sorted(marks, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def written(self, messages: Sequence[Message]) -> list[Message]:
        """Return the messages with a blank in each mark, answers without blanks around."""
        return [
            {"role": m["role"], "content": self._text(m["role"], m["content"])}
            for m in messages
        ]

    def _text(self, role: str, text: str) -> str:
        whole = text.strip() if role == "assistant" else text
        return self._pattern.sub(lambda mark: f"{mark[0][0]} {mark[0][1:]}", whole)


def arrangements(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    r"""Yield the messages as they are, and then as stricter templates take them.

    Example:
        >>> said = [("system", "Be brief"), ("user", "hi"), ("user", "you?")]
        >>> *_, last = arrangements([{"role": r, "content": c} for r, c in said])
        >>> last
        [{'role': 'user', 'content': 'Be brief\n\nhi\nyou?'}]
    """
    yield messages
    folded = _without_system(messages)
    yield folded
    yield _alternating(messages)
    yield _alternating(folded)


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """Write the system message above the first of the user's."""
    head, *rest = messages
    first = next((i for i, m in enumerate(rest) if m["role"] == "user"), None)
    if head["role"] != "system" or first is None:
        return list(messages)
    content = f"{head['content']}\n\n{rest[first]['content']}"
    return [*rest[:first], {"role": "user", "content": content}, *rest[first + 1 :]]


def _alternating(messages: Sequence[Message]) -> list[Message]:
    """Join messages of one role; leave out what the assistant said first."""
    head = [m for m in messages[:1] if m["role"] == "system"]
    rest = dropwhile(lambda m: m["role"] == "assistant", messages[len(head) :])
    return [
        *head,
        *(
            {"role": role, "content": "\n".join(m["content"] for m in run)}
            for role, run in groupby(rest, key=lambda m: m["role"])
        ),
    ]
