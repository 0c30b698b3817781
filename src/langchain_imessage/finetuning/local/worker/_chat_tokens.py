"""Conversations → tokens by a model's own chat template, the same to train and to serve.

Owns how a template is called (without thinking), which tokens of a conversation are an
answer, and which token ends one. A conversation is put together turn by turn: what the
template asks with, then the answer. So each answer stands behind exactly what the model
is asked with when it is served. Reads no file, and keeps no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local.worker._template_messages import (
    MarkBreaker,
    arrangements,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Message = Mapping[str, str]

_PROBE = "Answer"
"""Stands for an answer where only the template's own text around it is of interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One answer in tokens, with what stands between it and the answer before.

    Attributes:
        index: The answer's place among the messages.
        prompt: The tokens between the answer before and this one; all tokens before
            this one if it is the first, or does not follow.
        answer: The answer's tokens, those that end it included.
        follows: Whether the answer before can stand in front of it as it was learned.
            It cannot where a template ends an answer in another way once others follow.
    """

    index: int
    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    follows: bool


class ChatTokens:
    """The tokens of conversations, by the chat template of one model.

    Args:
        tokenizer: The model's, as mlx-lm loads it.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._breaker = MarkBreaker(tokenizer)

    def turns(self, messages: Sequence[Message], *, begin: int = 0) -> Iterator[Turn]:
        """Yield the answers of a conversation, oldest first.

        An answer before the first question, or one that is empty, is part of the next
        prompt.

        Args:
            messages: An optional system message, then user and assistant messages.
            begin: Leave out the messages before this index, but not the system message.

        Raises:
            FineTuningError: If the chat template refuses the messages, or an answer
                cannot be told from what stands before it.
        """
        messages = self._breaker.written(messages)
        head = int(messages[0]["role"] == "system")
        begin = max(begin, head)
        written, mark, last = "", "", begin
        is_asked = False
        for index in range(begin, len(messages)):
            is_asked |= messages[index]["role"] == "user"
            content = messages[index]["content"]
            if messages[index]["role"] != "assistant" or not (is_asked and content):
                continue
            kept = [*messages[:head], *messages[begin:index]]
            asked = self._render(kept, asks=True)
            lead, said, next_mark = self._answer(kept, asked, content)
            between = self._between(kept, head + last - begin, written, mark, asked)
            prompt = (asked if between is None else between) + lead
            prompt_tokens, answer_tokens = self._apart(prompt, said)
            if not next_mark:
                answer_tokens.append(self._tokenizer.eos_token_id)
            yield Turn(
                index=index,
                prompt=tuple(prompt_tokens),
                answer=tuple(answer_tokens),
                follows=between is not None,
            )
            written, mark, last = asked + lead + said, next_mark, index

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """Return the tokens that a served model is asked with, as in training.

        Args:
            messages: As `turns` takes them; the last one is not the assistant's.
        """
        tokens: list[int] = []
        asked = [*messages, {"role": "assistant", "content": _PROBE}]
        for turn in self.turns(asked):
            if not turn.follows:
                tokens.clear()
            tokens += turn.prompt
            if turn.index < len(messages):
                tokens += turn.answer
        return tokens

    def end_tokens(self) -> set[int]:
        """Return the tokens that end an answer: the model's own, and the template's."""
        question = {"role": "user", "content": _PROBE}
        (turn,) = self.turns([question, {"role": "assistant", "content": _PROBE}])
        return {*self._tokenizer.eos_token_ids, turn.answer[-1]}

    def _answer(
        self, kept: list[Message], asked: str, content: str
    ) -> tuple[str, str, str]:
        """Find an answer in the conversation that it ends.

        Returns:
            What the template writes between the prompt and the answer, the answer with
            the mark that ends it, and that mark. One that is no token ends nothing: the
            model's own end does.
        """
        # Where another text in its place begins and ends, the answer does.
        probe = _absent_from(kept)
        before, found, behind = self._said(kept, probe).rpartition(probe)
        full = self._said(kept, content)
        written = full.removeprefix(before).removesuffix(behind)
        if not found or written.strip() != content:
            raise local_error("unmaskable")
        lead = before[len(asked) :] if before.startswith(asked) else ""
        mark = next(iter(behind.split()), "")
        if not mark or self._encode(mark)[-1] not in self._breaker.tokens:
            return lead, content, ""
        return lead, content + behind[: behind.find(mark) + len(mark)], mark

    def _said(self, kept: list[Message], content: str) -> str:
        answer = {"role": "assistant", "content": content}
        return self._render([*kept, answer], asks=False)

    def _between(
        self, kept: list[Message], last: int, written: str, mark: str, asked: str
    ) -> str | None:
        """Return what a prompt adds to the conversation so far; None if it is another."""
        if asked.startswith(written):
            return asked[len(written) :]
        # The answer before is written in another way (without its empty thinking) once
        # others follow it. What comes behind it is found by a text that is nowhere else.
        probe = _absent_from(kept)
        probed = [*kept]
        probed[last] = {"role": "assistant", "content": probe}
        behind = self._render(probed, asks=True).rpartition(probe)[2].lstrip()
        return behind[len(mark) :] if mark and behind.startswith(mark) else None

    def _apart(self, prompt: str, said: str) -> tuple[list[int], list[int]]:
        """Encode a prompt and its answer, the prompt as it is encoded when it is alone."""
        before, both = self._encode(prompt), self._encode(prompt + said)
        if both[: len(before)] == before:
            return before, both[len(before) :]
        return before, self._encode(said)

    def _render(self, messages: Sequence[Message], *, asks: bool) -> str:
        refusal: Exception | None = None
        for arranged in arrangements(messages):
            try:
                text: str = self._tokenizer.apply_chat_template(
                    [dict(message) for message in arranged],
                    tokenize=False,
                    add_generation_prompt=asks,
                    enable_thinking=False,
                )
                break
            except Exception as error:  # noqa: BLE001 - what a template raises
                refusal = refusal or error
        else:
            raise local_error("chat_template") from refusal
        opening = self._tokenizer.think_start
        if asks and opening and text.rstrip().endswith(opening):
            # A template that cannot but think: its thinking ends before it begins.
            text = f"{text.rstrip()}\n\n{self._tokenizer.think_end}\n\n"
        return text

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))


def _absent_from(messages: Sequence[Message]) -> str:
    """Return a text that is in no message."""
    return _PROBE * (1 + max(m["content"].count(_PROBE) for m in messages))
