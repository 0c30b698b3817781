"""`chat`: a conversation with a fine-tuned model, in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    PROVIDER_NAMES,
    ApiKeyOption,
    BaseUrlOption,
    JsonOption,
    one_of,
    require_job,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.runnables import Runnable

_LEAVE = {"/quit", "/exit", "/bye"}
_REMEMBERED = 40
"""Messages of the conversation that are sent along; the model was trained on no longer
ones."""


def chat(
    job: Annotated[
        str,
        typer.Argument(
            metavar="JOB",
            help="A dataset's folder (its latest job), a state file, or a job's id.",
        ),
    ] = "dataset",
    message: Annotated[
        str | None,
        typer.Option(
            "--message",
            "-m",
            metavar="TEXT",
            help="Send this one message and stop.",
            show_default=False,
        ),
    ] = None,
    provider: Annotated[
        str | None,
        typer.Option(
            parser=one_of(*PROVIDER_NAMES),
            metavar="PROVIDER",
            help="Who serves the model, where JOB is an id.",
            show_default=False,
        ),
    ] = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    temperature: Annotated[
        float,
        typer.Option(min=0, max=2, metavar="NUMBER", help="How varied it answers."),
    ] = 1.0,
    *,
    as_json: JsonOption = False,
) -> None:
    """Talk to a fine-tuned model in the terminal.

    Each line is a message; Ctrl-D ends. What you type is sent to the provider that serves the model; a local one is served
    on this computer.
    """
    from langchain_core.output_parsers import StrOutputParser  # noqa: PLC0415

    from langchain_imessage.finetuning import attach  # noqa: PLC0415

    if not (provider or base_url):
        require_job(job, hint=" For the id of a job, pass --provider.")
    tuned = attach(job, provider=provider, base_url=base_url, api_key=api_key)
    model = tuned.chat_model(temperature=temperature)
    chain = tuned.prompt_template() | model | StrOutputParser()
    if message is None and not as_json and printing.has_terminal():
        name = safe_line(tuned.fine_tuned_model)
        printing.note(f"Chatting with {name}. Press Ctrl-D to leave.")
    messages = [message] if message is not None else _typed()
    turns = list(_talk(chain, messages, quiet=as_json))
    if as_json:
        printing.print_json(turns)


def _typed() -> Iterator[str]:
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


def _talk(
    chain: Runnable[Any, str], messages: Iterable[str], *, quiet: bool
) -> Iterator[dict[str, str]]:
    """Send each message with what went before, and print the answer as it comes."""
    from langchain_imessage.finetuning.calls._sdk_errors import ask  # noqa: PLC0415

    history: list[tuple[str, str]] = []
    for text in messages:
        answer = ask(
            lambda: _stream(chain, text, history, quiet=quiet),  # noqa: B023 - called at once
            action="ask the model",
        )
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
