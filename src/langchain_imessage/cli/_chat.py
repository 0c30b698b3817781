"""`chat`: a conversation with a tuned model, in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli import _output as output
from langchain_imessage.cli._source import JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.runnables import Runnable

_LEAVE = {"/quit", "/exit", "/bye"}
_REMEMBERED = 40
"""Messages of the conversation that are sent along; a tuned model has seen no longer ones."""


def chat(
    job: Annotated[
        str,
        typer.Argument(help="A dataset's folder, whose latest job is meant, or an id."),
    ] = "dataset",
    message: Annotated[
        str | None, typer.Option("--message", "-m", help="Say this, and stop.")
    ] = None,
    provider: Annotated[
        str | None, typer.Option(help="Who has the model, for an id from elsewhere.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Likewise, its address.")] = None,
    temperature: Annotated[float, typer.Option(min=0, max=2)] = 1.0,
    *,
    as_json: JsonOption = False,
) -> None:
    """Talk to the model a job has made; a line is a message, Ctrl-D ends it.

    What you type is sent to whoever serves the model: to nobody for a local one.
    """
    from langchain_core.output_parsers import StrOutputParser  # noqa: PLC0415

    from langchain_imessage.finetuning import attach  # noqa: PLC0415

    with output.errors():
        tuned = attach(job, provider=provider, base_url=base_url)
        model = tuned.chat_model(temperature=temperature)
        chain = tuned.prompt_template() | model | StrOutputParser()
        if message is None and not as_json and output.somebody_is_there():
            output.err().print(f"{tuned.fine_tuned_model} listens; Ctrl-D ends.")
        said = [message] if message is not None else _typed()
        turns = list(_talk(chain, said, quiet=as_json))
    if as_json:
        output.print_json(turns)


def _typed() -> Iterator[str]:
    """Take lines from the keyboard, or from whatever is piped in."""
    asks = output.somebody_is_there()
    while True:
        if asks:
            output.err().print("> ", end="")
        line = sys.stdin.readline()
        if not line or line.strip() in _LEAVE:
            return
        if line.strip():
            yield line.strip()


def _talk(
    chain: Runnable[Any, str], said: Iterable[str], *, quiet: bool
) -> Iterator[dict[str, str]]:
    """Say each thing with what went before, and show the answer as it comes."""
    from langchain_imessage.finetuning._sdk_errors import ask  # noqa: PLC0415

    history: list[tuple[str, str]] = []
    for words in said:
        answer = ask(
            lambda: _stream(chain, words, history, quiet=quiet),  # noqa: B023 - called at once
            action="ask the model",
        )
        history += [("human", words), ("ai", answer)]
        history = history[-_REMEMBERED:]
        yield {"message": words, "answer": answer}


def _stream(
    chain: Runnable[Any, str],
    words: str,
    history: list[tuple[str, str]],
    *,
    quiet: bool,
) -> str:
    pieces = []
    for piece in chain.stream({"input": words, "history": history}):
        pieces.append(piece)
        if not quiet:
            sys.stdout.write(output.printable(piece))
            sys.stdout.flush()
    if not quiet:
        sys.stdout.write("\n")
    return "".join(pieces)
