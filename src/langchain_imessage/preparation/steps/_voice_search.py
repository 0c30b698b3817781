"""Whether the sender whose voice is to be learned has said anything, and who else has.

Owns the warning where that is nobody.
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING

from langchain_imessage.transforms.conversation._roles import nobody

if TYPE_CHECKING:
    from collections.abc import Iterable


class VoiceSearch:
    """Looks for a sender.

    Args:
        sender: Whose voice is to be learned; None where nobody has to be looked for.
    """

    def __init__(self, sender: str | None) -> None:
        self._sender = sender
        self._senders: Counter[str] = Counter()
        self._is_over = sender is None

    def note(self, senders: Iterable[object]) -> None:
        """Note the senders of a segment's messages."""
        if not self._is_over:
            self._senders.update(one for one in senders if isinstance(one, str))
            self._is_over = self._sender in self._senders

    def warn(self) -> None:
        """Warn if there were senders, and not this one."""
        if self._sender is not None and self._senders and not self._is_over:
            warnings.warn(
                nobody(self._sender, self._senders), UserWarning, stacklevel=2
            )
