"""Models, chat and moderation of the fine-tuning server.

A tuned model answers with its parrot's reply. One that was not tuned says plainly what it
is talking to, and so does `owned_by`. Does not handle connections or files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server._chat_options import read_chat_options
from langchain_imessage.testing.openai_server._exchange import (
    Answer,
    missing,
    optional_text,
    require_text,
)
from langchain_imessage.testing.openai_server.learner._training_file import (
    last_said,
    message_complaint,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from langchain_imessage.testing.openai_server._chat_options import ChatOptions
    from langchain_imessage.testing.openai_server._exchange import Call, Ids
    from langchain_imessage.testing.openai_server.stores._job_parameters import (
        TunedModel,
    )
    from langchain_imessage.testing.openai_server.stores._job_store import JobStore

OWNER = "a-parrot-not-a-model"
"""Who a model is owned by, so that nobody takes it for a model."""

UNTRAINED = (
    "I am a parrot, not a model: I can only repeat what I was trained on, and this model "
    "was not trained on anything."
)
"""What a model says that was not tuned."""

BASE_MODELS = ("gpt-3.5-turbo", "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini")
"""The models that are listed; others may be named as well."""

_CATEGORIES = {
    "harassment": ["text"],
    "harassment/threatening": ["text"],
    "hate": ["text"],
    "hate/threatening": ["text"],
    "illicit": ["text"],
    "illicit/violent": ["text"],
    "self-harm": ["text"],
    "self-harm/instructions": ["text"],
    "self-harm/intent": ["text"],
    "sexual": ["text"],
    "sexual/minors": ["text"],
    "violence": ["text"],
    "violence/graphic": ["text"],
}
_FLAGGED_CATEGORY = "harassment"
_WORDS = re.compile(r"\s*\S+\s*$|\s*\S+")


class ModelEndpoints:
    """Answers for the models.

    Args:
        jobs: Where the tuned models are.
        ids: Makes ids.
        clock: Returns the time.
        models: The models there are besides tuned ones; None for any.
        flagged: What moderation looks for.
    """

    def __init__(
        self,
        jobs: JobStore,
        *,
        ids: Ids,
        clock: Callable[[], float],
        models: Collection[str] | None,
        flagged: re.Pattern[str] | None,
    ) -> None:
        self._jobs = jobs
        self._ids = ids
        self._clock = clock
        self._models = models
        self._flagged = flagged
        self._began = int(clock())

    def list_models(self, _: Call) -> Answer:
        """GET /models."""
        bases = [self._shown(name) for name in self._models or BASE_MODELS]
        tuned = [self._shown(name) for name in self._jobs.models()]
        return Answer(value={"object": "list", "data": [*bases, *tuned]})

    def retrieve_model(self, call: Call) -> Answer:
        """GET /models/{model}."""
        name = call.ids[0]
        if name not in self._jobs.models() and name not in (
            self._models or BASE_MODELS
        ):
            raise _no_model(name)
        return Answer(value=self._shown(name))

    def delete_model(self, call: Call) -> Answer:
        """DELETE /models/{model}: tuned ones only."""
        name = call.ids[0]
        if name not in self._jobs.models():
            raise _no_model(name)
        self._jobs.forget(name)
        return Answer(value={"id": name, "object": "model", "deleted": True})

    def chat(self, call: Call) -> Answer:
        """POST /chat/completions."""
        values = call.values
        name = require_text(values, "model")
        messages = _messages(values)
        reply = self._reply(self._find(name), messages)
        options = read_chat_options(values)
        words, finish = options.shorten(_WORDS.findall(reply))
        head = {
            "id": self._ids.new("chatcmpl-"),
            "created": int(self._clock()),
            "model": name,
            "system_fingerprint": "parrot",
        }
        usage = _usage(messages, options.choices * len(words))
        if options.stream:
            return Answer(pieces=_chunks(head, words, finish, options, usage))
        return Answer(value=_completion(head, words, finish, options, usage))

    def moderate(self, call: Call) -> Answer:
        """POST /moderations."""
        texts = _moderated(call.values.get("input"))
        value = {
            "id": self._ids.new("modr-"),
            "model": optional_text(call.values, "model") or "omni-moderation-latest",
            "results": [self._verdict(text) for text in texts],
        }
        return Answer(value=value)

    def _find(self, name: str) -> TunedModel | None:
        tuned = self._jobs.models().get(name)
        is_base = not name.startswith("ft:")
        is_base = is_base and (self._models is None or name in self._models)
        if tuned is None and not is_base:
            raise _no_model(name)
        return tuned

    @staticmethod
    def _reply(tuned: TunedModel | None, messages: list[dict[str, Any]]) -> str:
        if tuned is None:
            return UNTRAINED
        return tuned.parrot.reply(last_said(messages), known=tuned.known) or UNTRAINED

    def _shown(self, name: str) -> dict[str, Any]:
        tuned = self._jobs.models().get(name)
        created = tuned.created_at if tuned else self._began
        return {"id": name, "object": "model", "created": created, "owned_by": OWNER}

    def _verdict(self, text: str) -> dict[str, Any]:
        flagged = bool(self._flagged and self._flagged.search(text))
        hit = {_FLAGGED_CATEGORY} if flagged else set()
        return {
            "flagged": flagged,
            "categories": {name: name in hit for name in _CATEGORIES},
            "category_scores": {name: float(name in hit) for name in _CATEGORIES},
            "category_applied_input_types": _CATEGORIES,
        }


def _no_model(name: str) -> RequestRefusedError:
    message = f"The model '{name}' does not exist or you do not have access to it."
    return RequestRefusedError(
        message, status=404, param="model", code="model_not_found"
    )


def _messages(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    messages = values.get("messages")
    if not isinstance(messages, list) or not messages:
        raise missing("messages")
    for number, message in enumerate(messages):
        if complaint := message_complaint(message):
            param = f"messages[{number}]"
            raise RequestRefusedError(f"Invalid '{param}': {complaint}", param=param)
    return messages


def _usage(messages: list[dict[str, Any]], replied: int) -> dict[str, int]:
    """Count words as tokens."""
    asked = sum(len(str(message.get("content") or "").split()) for message in messages)
    return {
        "prompt_tokens": asked,
        "completion_tokens": replied,
        "total_tokens": asked + replied,
    }


def _completion(
    head: dict[str, Any],
    words: list[str],
    finish: str,
    options: ChatOptions,
    usage: dict[str, int],
) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(words), "refusal": None}
    choices = [
        {"index": n, "message": message, "logprobs": None, "finish_reason": finish}
        for n in range(options.choices)
    ]
    return {**head, "object": "chat.completion", "choices": choices, "usage": usage}


def _chunks(
    head: dict[str, Any],
    words: list[str],
    finish: str,
    options: ChatOptions,
    usage: dict[str, int],
) -> tuple[dict[str, Any], ...]:
    """Cut answers up: the role, each word, why it ends, and what it cost if asked."""
    shown = {**head, "object": "chat.completion.chunk"}
    if options.usage:
        shown["usage"] = None
    deltas: list[dict[str, str]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": word} for word in words]
    chunks = [
        {**shown, "choices": [{"index": n, "delta": delta, "finish_reason": reason}]}
        for n in range(options.choices)
        for delta, reason in [*((delta, None) for delta in deltas), ({}, finish)]
    ]
    if options.usage:
        chunks.append({**shown, "choices": [], "usage": usage})
    return tuple(chunks)


def _moderated(given: Any) -> list[str]:
    """Read what is to be moderated: texts, or the parts of one message."""
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts:
        raise missing("input")
    if all(isinstance(text, str) for text in texts):
        return texts
    if not all(isinstance(part, dict) for part in texts):
        raise RequestRefusedError("'input' must be texts or parts", param="input")
    return ["\n".join(str(part.get("text", "")) for part in texts)]
