"""A conversation with a chain in the terminal: typed lines in, answers out as they come.

Owns what is sent along with a message, and what ends the conversation.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_core.runnables import Runnable

    Ask: TypeAlias = Callable[[Callable[[], str]], str]

_LEAVE = {"/quit", "/exit", "/bye"}
_REMEMBERED = 40
"""Messages of the conversation that are sent along; a tuned model was trained on no longer
ones."""


def converse(
    chain: Runnable[Any, str],
    *,
    message: str | None,
    ask: Ask,
    model: str,
    quiet: bool,
) -> None:
    """Talk until the lines end.

    Args:
        chain: Takes `input` and `history`.
        message: The only message; None for what is typed or piped in.
        ask: Makes a request, and translates its errors.
        model: What the model is called.
        quiet: Whether the turns are printed as JSON in the end, and nothing before.
    """
    if message is None and not quiet and printing.has_terminal():
        printing.note(f"Chatting with {model}. Press Ctrl-D to leave.")
    messages = [message] if message is not None else typed()
    turns = list(talk(chain, messages, ask=ask, quiet=quiet))
    if quiet:
        printing.print_json(turns)


def typed() -> Iterator[str]:
    """Yield the lines that are typed, or piped in."""
    asks = printing.has_terminal()
    while sys.stdin is not None:
        if asks:
            sys.stderr.write("> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line or line.strip() in _LEAVE:
            return
        if line.strip():
            yield line.strip()


def talk(
    chain: Runnable[Any, str], messages: Iterable[str], *, ask: Ask, quiet: bool
) -> Iterator[dict[str, str]]:
    """Send each message with what went before, and print the answer as it comes."""
    history: list[tuple[str, str]] = []
    for text in messages:
        answer = ask(lambda: _stream(chain, text, history, quiet=quiet))  # noqa: B023 - called at once
        history += [("human", text), ("ai", answer)]
        history = history[-_REMEMBERED:]
        yield {"message": text, "answer": answer}


def _stream(
    chain: Runnable[Any, str],
    text: str,
    history: list[tuple[str, str]],
    *,
    quiet: bool,
) -> str:
    pieces = []
    for piece in chain.stream({"input": text, "history": history}):
        pieces.append(piece)
        if not quiet:
            sys.stdout.write(safe_text(piece))
            sys.stdout.flush()
    if not quiet:
        sys.stdout.write("\n")
    return "".join(pieces)
