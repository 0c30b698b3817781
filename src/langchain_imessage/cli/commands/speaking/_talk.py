"""`chat`: a conversation with a fine-tuned model, in the terminal."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import BaseUrlOption, JsonOption
from langchain_imessage.cli.commands._job_argument import (
    JobArgument,
    JobKeyOption,
    JobProviderOption,
    StateOption,
    open_job,
)
from langchain_imessage.cli.commands.speaking._dialogue import converse
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate


def chat(
    job: JobArgument = "dataset",
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
    state: StateOption = None,
    provider: JobProviderOption = None,
    base_url: BaseUrlOption = None,
    api_key: JobKeyOption = None,
    temperature: Annotated[
        float,
        typer.Option(
            min=0,
            max=2,
            metavar="NUMBER",
            help="Sampling temperature: how varied the answers are.",
        ),
    ] = 1.0,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON",
            help="Who is writing to it, by the name in the dataset's system prompts.",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Also send N of your answers from the training file: those to the "
            "most similar messages.",
        ),
    ] = 0,
    vault: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="Replace private details you type with the placeholders in this file, "
            "and put the names back into the answers.",
            show_default=False,
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Talk to a fine-tuned model in the terminal.

    Each line is a message; Ctrl-D ends the chat. What you type is sent to the provider
    that serves the model; a local model runs on this computer. A model that was trained
    on placeholders knows no names: pass it the --vault of prepare.
    """
    from langchain_core.output_parsers import StrOutputParser  # noqa: PLC0415

    from langchain_imessage.finetuning.calls._sdk_errors import ask  # noqa: PLC0415

    tuned = open_job(
        job, state=state, provider=provider, base_url=base_url, api_key=api_key
    )
    model: Any = tuned.chat_model(temperature=temperature)
    if vault is not None:
        model, to = _restoring(model, to, vault)
    prompt = tuned.prompt_template(to=to)
    if examples:
        prompt = _with_examples(prompt, Path(job), examples)
    converse(
        prompt | model | StrOutputParser(),
        message=message,
        ask=partial(ask, action="ask the model"),
        model=safe_line(tuned.fine_tuned_model),
        quiet=as_json,
    )


def _restoring(model: Any, to: str | None, vault: Path) -> tuple[Any, str | None]:
    """Return a model that is given placeholders, and that of a person."""
    from langchain_imessage.preparation import read_vault  # noqa: PLC0415
    from langchain_imessage.transforms import Redactor, with_placeholders  # noqa: PLC0415

    redactor = Redactor(vault=read_vault(vault))
    person = None if to is None else redactor.redact_text(to)
    return with_placeholders(model, redactor), person


def _with_examples(
    prompt: ChatPromptTemplate, job: Path, count: int
) -> ChatPromptTemplate:
    from langchain_imessage.persona import with_examples  # noqa: PLC0415
    from langchain_imessage.retrievers import (  # noqa: PLC0415
        OwnRepliesIndex,
        OwnRepliesSelector,
    )

    folder = job if job.is_dir() else job.parent
    if not (folder / "manifest.json").is_file():
        raise typer.BadParameter("--examples needs the dataset's folder as JOB.")
    index = OwnRepliesIndex.build(folder)
    return with_examples(prompt, OwnRepliesSelector(index, count))
