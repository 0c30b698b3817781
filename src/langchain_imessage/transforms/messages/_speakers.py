"""Who a message is from, in the words of chat formats: its role and its `name`; pure.

Owns the one map of roles and the one way to write a name where few letters are allowed.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from langchain_core.messages import AIMessage, HumanMessage

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

ROLES: Final = {
    "human": "user",
    "ai": "assistant",
    "gpt": "assistant",
    "model": "assistant",
}
"""What LangChain, ShareGPT and Gemini call a role → what OpenAI calls it."""

SOMEONE: Final = "user"
"""The name of who has none, in a file where others have."""

_CHUNK = "MessageChunk"

_NAME_FIELD = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_NOT_IN_NAME_FIELD = re.compile(r"[^a-zA-Z0-9_-]+")
_LONGEST_NAME = 64
"""Characters: what OpenAI takes for `name`."""


def role_of(message: BaseMessage) -> str:
    """Return a message's role: system, user, assistant, or its type where it has no other."""
    known = type(message)  # a class of pydantic's takes long to look up in a dictionary
    if known is HumanMessage:
        return "user"
    if known is AIMessage:
        return "assistant"
    kind = message.type.removesuffix(_CHUNK).lower()
    return ROLES.get(kind, kind)


def name_field(name: str) -> str:
    """Return a name in the letters that OpenAI's `name` may have.

    Accents are taken off. A name of which nothing is left becomes `person_` and a hash,
    so that two people stay two.

    Example:
        >>> name_field("Renée O'Hara")
        'Renee_O_Hara'
    """
    if _NAME_FIELD.fullmatch(name):
        return name
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _NOT_IN_NAME_FIELD.sub("_", letters).strip("_")[:_LONGEST_NAME]
    if plain:
        return plain
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4)
    return f"person_{digest.hexdigest()}"


def name_in_full(name: str) -> str:
    """Return a name as `name_field` writes it; "" where that would lose letters of it.

    Example:
        >>> name_in_full("Renée"), name_in_full("漢")
        ('Renee', '')
    """
    letters = unicodedata.normalize("NFKD", name)
    if not name or any(c.isalpha() for c in letters if not c.isascii()):
        return ""
    return name_field(name)
