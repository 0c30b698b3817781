"""Which reaction is praise and which is dislike; pure.

Owns the one table: weights and preference pairs both use it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PRAISE = (
    "loved liked laughed emphasized ❤ 🩷 🧡 💛 💚 💙 🩵 💜 🖤 🩶 🤍 🤎 💕 💖 💗 💓 💞 💘 💝 😍 🥰 "
    "😘 🫶 👍 👏 🙌 💪 💯 🔥 🎉 🥳 🏆 ⭐ 🌟 🤩 😊 🙏 👌 😂 🤣 😆 😹 ‼"
)
_DISLIKE = "disliked 👎 😡 🤬 🤮 🤢 🖕"
_VERDICTS: Final = {
    **dict.fromkeys(_PRAISE.split(), 1),
    **dict.fromkeys(_DISLIKE.split(), -1),
}
"""Other reactions, as surprise, questions and stickers, may mean either."""

_VARIANT = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.*", re.DOTALL)
"""How an emoji is drawn, in which skin colour, and what is joined to it: ❤️‍🔥 is a heart."""


def verdict_of(reaction: Any) -> int:
    """Return 1 for somebody else's praise, -1 for their dislike, 0 for anything else.

    Args:
        reaction: A dict with `kind`, `emoji` and `is_from_me`, as the loader makes it.

    Example:
        >>> verdict_of({"kind": "emoji", "emoji": "👎🏽", "is_from_me": False})
        -1
    """
    if not isinstance(reaction, dict) or reaction.get("is_from_me"):
        return 0
    shown = reaction.get("emoji") or reaction.get("kind")
    if not isinstance(shown, str):
        return 0
    return _VERDICTS.get(_VARIANT.sub("", shown) if not shown.isascii() else shown, 0)


def verdicts_of(reactions: Any) -> Iterable[int]:
    """Return the verdict of each reaction; none where there is no list of them."""
    return map(verdict_of, reactions) if isinstance(reactions, list | tuple) else ()
