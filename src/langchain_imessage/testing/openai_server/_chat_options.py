"""The options of a chat request, checked as OpenAI's contract has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server._exchange import (
    optional_object,
    require_number,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONTEXT = 128_000
_MOST_CHOICES = 128
_MOST_STOPS = 4
_RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOptions:
    """How an answer is to be given.

    Attributes:
        choices: How many answers.
        stops: Texts before which an answer ends.
        most_words: Words an answer may have.
        stream: Whether it is sent word by word.
        usage: Whether a stream ends with the tokens it cost.
    """

    choices: int
    stops: tuple[str, ...]
    most_words: int
    stream: bool
    usage: bool

    def shorten(self, words: list[str]) -> tuple[list[str], str]:
        """Return the words of an answer up to where it ends, and why it does."""
        text = "".join(words)
        ends = [at for stop in self.stops if (at := text.find(stop)) >= 0]
        if ends:
            words = _first(words, min(ends))
        if len(words) > self.most_words:
            return words[: self.most_words], "length"
        return words, "stop"


def read_chat_options(values: Mapping[str, Any]) -> ChatOptions:
    """Read the options of a request, or refuse them."""
    for name, (low, high) in _RANGES.items():
        if values.get(name) is not None:
            require_number(values[name], name, low, high, whole=False)
    choices = values.get("n")
    stream = bool(values.get("stream"))
    options = optional_object(values, "stream_options")
    if options and not stream:
        raise RequestRefusedError(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )
    return ChatOptions(
        choices=1
        if choices is None
        else require_number(choices, "n", 1, _MOST_CHOICES),
        stops=_stops(values.get("stop")),
        most_words=_most_words(values),
        stream=stream,
        usage=bool(options.get("include_usage")),
    )


def _first(words: list[str], characters: int) -> list[str]:
    """Return the first characters of a text that was cut into words."""
    found = []
    for word in words:
        if characters <= 0:
            break
        found.append(word[:characters])
        characters -= len(word)
    return found


def _stops(given: Any) -> tuple[str, ...]:
    stops = [given] if isinstance(given, str) else given or []
    if (
        not isinstance(stops, list)
        or len(stops) > _MOST_STOPS
        or not all(isinstance(stop, str) and stop for stop in stops)
    ):
        message = f"'stop' must be a text or at most {_MOST_STOPS} of them"
        raise RequestRefusedError(message, param="stop")
    return tuple(stops)


def _most_words(values: Mapping[str, Any]) -> int:
    for name in ("max_completion_tokens", "max_tokens"):
        if values.get(name) is not None:
            most: int = require_number(values[name], name, 1, _CONTEXT)
            return most
    return _CONTEXT
