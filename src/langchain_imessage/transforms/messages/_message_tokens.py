"""Tokens of whole messages, given a counter of a text's: the one rule, for all that count.

Owns what stands around a message and an example in a chat template; pure. How a text is
counted is the caller's choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOKENS_PER_MESSAGE: Final = 4
"""What a message costs beside its content: three, and its role, which is one token in all
of OpenAI's vocabularies (OpenAI's cookbook)."""

TOKENS_PER_NAME: Final = 1
"""What a `name` costs beside itself (OpenAI's cookbook)."""

TOKENS_PER_EXAMPLE: Final = 3
"""What an example costs beside its messages (OpenAI's cookbook)."""

OPEN_TOKENS_PER_MESSAGE: Final = 6
"""What a message costs at most in the chat templates of open models: five in ChatML (Qwen,
SmolLM), Llama 3 and Gemma, three in Mistral's, six in gpt-oss's."""

OPEN_TOKENS_PER_EXAMPLE: Final = 40
"""What an example costs beside its messages in those templates, at most: Llama 3 writes the
date into its system message, Qwen 3 an empty thought, SmolLM a system message of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead:
    """Tokens that a chat template puts around what is said.

    Attributes:
        per_message: Around a message, with its role.
        per_example: Around an example.
    """

    per_message: int
    per_example: int


OPENAI: Final = Overhead(per_message=TOKENS_PER_MESSAGE, per_example=TOKENS_PER_EXAMPLE)
OPEN_MODELS: Final = Overhead(
    per_message=OPEN_TOKENS_PER_MESSAGE, per_example=OPEN_TOKENS_PER_EXAMPLE
)


def message_counter(
    count: Callable[[str], int], overhead: Overhead = OPENAI
) -> Callable[[str, str, str], int]:
    """Return a counter of whole messages.

    Args:
        count: Counts the tokens of a text.
        overhead: What the template puts around it.

    Returns:
        A function from role, content and name ("" for none) to the message's tokens.
    """
    around = overhead.per_message

    def count_message(_role: str, content: str, name: str = "") -> int:
        named = TOKENS_PER_NAME + count(name) if name else 0
        return around + count(content) + named

    return count_message


def texts_counter(
    count: Callable[[str], int], overhead: Overhead = OPENAI
) -> Callable[[Sequence[str]], int]:
    """Return a counter of messages without names, all together.

    Args:
        count: Counts the tokens of a text; of many at once, if it has `count_all`.
        overhead: What the template puts around each.

    Returns:
        A function from contents to the tokens of all messages.
    """
    around = overhead.per_message
    count_all: Callable[[Sequence[str]], int] = getattr(
        count, "count_all", lambda texts: sum(map(count, texts))
    )

    def count_texts(texts: Sequence[str]) -> int:
        return around * len(texts) + count_all(texts)

    return count_texts
