"""Tokenizers of letters with chat templates of the kinds that models have."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.finetuning.local.worker._chat_tokens import Message


class Letters:
    """A token for each letter; `[u]` and `[a]` begin a message, `.` ends one.

    Attributes:
        end: What ends an answer.
        last_end: What ends the last one, if it is another.
        opening: What a prompt ends with.
        thinking: What stands before the last answer only.
        gap: What stands between the opening and an answer.
    """

    eos_token_id = ord("$")
    eos_token_ids = frozenset({ord("$")})
    think_start = "<t>"
    think_end = "</t>"
    chat_template = "[u][a]<t>\n\n</t>"

    def __init__(
        self,
        *,
        end: str = ".",
        last_end: str | None = None,
        opening: str = "[a]",
        thinking: str = "",
        gap: str = "",
    ) -> None:
        self.end = end
        self.last_end = end if last_end is None else last_end
        self.opening = opening
        self.thinking = thinking
        self.gap = gap
        ends = (self.end.strip(), self.last_end.strip())
        marks = {ord(end[-1]): end for end in ends if end}
        self.added_tokens_decoder = {
            number: SimpleNamespace(content=text, special=True)
            for number, text in marks.items()
        }

    def apply_chat_template(
        self,
        messages: Sequence[Message],
        *,
        tokenize: bool,
        add_generation_prompt: bool,
        enable_thinking: bool,
    ) -> str:
        assert not tokenize
        assert not enable_thinking
        text = ""
        for place, message in enumerate(messages):
            is_last = place == len(messages) - 1
            role, content = message["role"], message["content"]
            if content == "refused":
                raise ValueError(content)
            if role == "assistant":
                thinking = self.thinking if is_last else ""
                end = self.last_end if is_last else self.end
                text += f"[a]{thinking}{self.gap}{content.strip()}{end}"
            else:
                text += f"[{role[0]}]{content}."
        return text + (self.opening + self.thinking) * add_generation_prompt

    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]:
        assert not add_special_tokens
        return [ord(letter) for letter in text]


def spelt(tokens: Sequence[int]) -> str:
    """Return the letters of tokens."""
    return "".join(map(chr, tokens))


def talk(*turns: str, system: str | None = None) -> tuple[Message, ...]:
    """Return the messages of turns, the first one the user's."""
    head = [{"role": "system", "content": system}] if system else []
    roles = ("user", "assistant")
    rest = [{"role": roles[i % 2], "content": text} for i, text in enumerate(turns)]
    return (*head, *rest)
