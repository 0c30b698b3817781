"""A poll's archived payload → a `Poll` or the votes in one; reads values, never bytes.

The state of a poll is JSON in a `data:` URL. A person's votes come all at once: what they
sent last is all they chose.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from typing import Any

from langchain_imessage.errors import DecodeError
from langchain_imessage.records import Poll, PollOption, Vote

POLL_FIELDS = frozenset({"URL"})
"""All that is read."""

_SCHEME = "data:,"


def parse_poll(root: Any) -> Poll | tuple[Vote, ...]:
    """Read a poll's row.

    Args:
        root: What the payload's archive holds.

    Returns:
        The poll, nobody having voted yet; for the row of a vote, what was chosen.

    Raises:
        DecodeError: If it is neither.
    """
    try:
        item = _state(root)["item"]
        if "votes" in item:
            return tuple(
                Vote(
                    option=str(vote["voteOptionIdentifier"]),
                    voter=_text(vote.get("participantHandle")),
                )
                for vote in item["votes"]
            )
        return Poll(
            title=_text(item.get("title")),
            options=tuple(
                PollOption(
                    id=str(option["optionIdentifier"]),
                    text=_text(option.get("text")) or "",
                    creator=_text(option.get("creatorHandle")),
                )
                for option in item.get("orderedPollOptions") or ()
            ),
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise DecodeError(f"no readable poll: {type(error).__name__}") from error


def _state(root: Any) -> Any:
    url = root["URL"]
    if not isinstance(url, str) or not url.startswith(_SCHEME):
        raise DecodeError("a poll whose state is elsewhere")
    data = url.removeprefix(_SCHEME).partition("?")[0]
    try:
        return json.loads(urlsafe_b64decode(data + "=" * (-len(data) % 4)))
    except (binascii.Error, RecursionError) as error:
        raise DecodeError("a poll of damaged JSON") from error


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
