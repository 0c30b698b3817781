"""A persona without training: how somebody writes, and a prompt for any chat model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

if TYPE_CHECKING:
    from langchain_imessage.persona._persona_prompt import persona_prompt, with_examples
    from langchain_imessage.persona._style_differences import StyleDifference
    from langchain_imessage.persona._style_profile import StyleProfile
    from langchain_imessage.persona._style_vocabulary import Vocabulary

__all__ = [
    "StyleDifference",
    "StyleProfile",
    "Vocabulary",
    "persona_prompt",
    "with_examples",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "_persona_prompt": ("persona_prompt", "with_examples"),
        "_style_differences": ("StyleDifference",),
        "_style_profile": ("StyleProfile",),
        "_style_vocabulary": ("Vocabulary",),
    },
)
