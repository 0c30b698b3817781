"""Answers that end at a stop word, whichever tokens it is written with.

mlx-lm's server (version 0.32) compares tokens, and a word has others in the middle of a text: it
then leaves the word out and goes on behind it. Runs in the server's process.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


def end_at_stop_words(generator: type[Any]) -> None:
    """Make mlx-lm's class that generates answers end them at stop words.

    Args:
        generator: `mlx_lm.server.ResponseGenerator`.
    """
    generate = generator.generate

    def ending(
        self: Any, request: Any, arguments: Any, *more: Any, **options: Any
    ) -> Any:
        context, pieces = generate(self, request, arguments, *more, **options)
        words = [word for word in arguments.stop_words if word]
        return context, until_stop_word(pieces, words, context.stop)

    setattr(generator, "generate", ending)  # noqa: B010 - mypy minds


def until_stop_word(
    pieces: Iterable[Any], words: Sequence[str], stop: Callable[[], None]
) -> Iterator[Any]:
    """Yield the pieces of an answer until the first stop word in it.

    Args:
        pieces: What was generated, as `mlx_lm.server.Response`.
        words: The stop words; none of them is empty.
        stop: Called to generate no more.
    """
    longest = max(map(len, words), default=0)
    before = ""
    for piece in pieces:
        text = before + piece.text
        places = [at for at in (text.find(word) for word in words) if at >= 0]
        if not places or piece.finish_reason == "stop":
            yield piece
            before = text[-longest:] if longest else ""
            continue
        stop()
        rest = piece.text[: max(0, min(places) - len(before))]
        # One piece, for the server counts each as a token. It leaves out the text of one that
        # says "stop", and takes pieces that end without a reason as stopped. What it held back
        # as a stop word's beginning is left out; the tokens of the word itself are counted,
        # for they were generated.
        yield replace(piece, text=rest, finish_reason=None if rest else "stop")
        return
