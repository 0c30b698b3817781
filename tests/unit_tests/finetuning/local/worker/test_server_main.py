"""What the served model is asked with, and what ends its answers: as it was trained."""

from __future__ import annotations

from typing import Any

import pytest
from chat_templates import Letters, spelt, talk

from langchain_imessage.finetuning.local.worker._server_main import _ask_as_trained

TALK = talk("a", "b", "c")
THINKS = {"thinking": "<t></t>", "end": ".\n"}


def wrapper() -> type[Any]:
    """Return a class as mlx-lm's, made for this test."""

    class Wrapper(Letters):
        def apply_chat_template(self, messages: Any, **options: Any) -> Any:
            options = {"add_generation_prompt": False, "tokenize": True, **options}
            if not options.pop("tokenize"):
                return super().apply_chat_template(messages, tokenize=False, **options)
            text = super().apply_chat_template(messages, tokenize=False, **options)
            return self.encode(text, add_special_tokens=False)

    _ask_as_trained(Wrapper)
    return Wrapper


def test_a_served_model_is_asked_as_it_was_trained() -> None:
    tokenizer = wrapper()(**THINKS)
    asked = tokenizer.apply_chat_template(TALK, add_generation_prompt=True)
    assert spelt(asked) == "[u]a.[a]<t></t>b.\n[u]c.[a]<t></t>"


def test_a_template_end_ends_answers_beside_the_models_own() -> None:
    assert wrapper()(end=".").eos_token_ids == {ord("."), ord("$")}


def test_what_is_no_conversation_is_left_to_mlx_lm_without_thinking() -> None:
    tokenizer = wrapper()(**THINKS)
    whole = tokenizer.apply_chat_template(TALK[:2], tokenize=True)
    assert spelt(whole) == "[u]a.[a]<t></t>b.\n"
    with pytest.raises(ValueError, match="refused"):
        tokenizer.apply_chat_template(talk("refused"), add_generation_prompt=True)
