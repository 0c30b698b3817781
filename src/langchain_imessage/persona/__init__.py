"""A persona without training: how somebody writes, and a prompt for any chat model."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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

_HOME_OF = {
    "StyleDifference": "_style_differences",
    "StyleProfile": "_style_profile",
    "Vocabulary": "_style_vocabulary",
    "persona_prompt": "_persona_prompt",
    "with_examples": "_persona_prompt",
}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
