"""`persona`: any chat model, told how you write and shown what you answered before."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    AfterOption,
    ApiKeyOption,
    BaseUrlOption,
    BeforeOption,
    ContactsOption,
    JsonOption,
    PasswordOption,
    PathsArgument,
    SenderOption,
    source_of,
)
from langchain_imessage.cli.commands.speaking._dialogue import converse
from langchain_imessage.cli.commands.speaking._named_model import (
    ask_model,
    named_model,
    runs_here,
    where,
)
from langchain_imessage.cli.commands.speaking._saved_replies import (
    grown_index,
    saved_redactor,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import Exit, fail
from langchain_imessage.cli.terminal._progress_bar import progress_bar
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from datetime import datetime

    from langchain_core.prompts import ChatPromptTemplate


def persona(
    paths: PathsArgument = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="PROVIDER:NAME",
            help="The chat model, as LangChain's init_chat_model names it.",
        ),
    ] = "ollama:llama3.2",
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
    to: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON",
            help="Write as you write to this person: a name or an address.",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Number of your past answers to send with each message.",
        ),
    ] = 5,
    sender: SenderOption = "Me",
    never: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            help="Leave out a person, an address or a word; repeatable.",
            show_default=False,
        ),
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep your past answers in this private file, so that only new messages "
            "are read next time.",
            show_default=False,
        ),
    ] = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    temperature: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=2,
            metavar="NUMBER",
            help="Sampling temperature. [default: the model's own]",
            show_default=False,
        ),
    ] = None,
    *,
    redact: Annotated[
        bool | None,
        typer.Option(
            "--redact/--no-redact",
            help="Replace names, numbers and addresses with placeholders in what is sent, "
            "and put them back into the answers. [default: unless the model runs here]",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Agree to what is sent without being asked."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Talk to any chat model that imitates you, without training.

    The prompt describes how you write, and includes your past answers to similar
    messages. What is sent to a remote model is shown before you agree to it. A dataset's
    folder can be given instead of a DATABASE. Needs the extra models and the provider's
    package, such as langchain-ollama.
    """
    is_here = runs_here(model, base_url)
    source = source_of(paths)
    is_dataset = isinstance(source, Path) and (source / "manifest.json").is_file()
    choices = {"sender": sender, "never": never or ()}
    loading = {"after": after, "password": password, "contacts": contacts}
    if is_dataset:
        _refuse({**loading, "never": never, "redact": redact, "index": index})
    else:
        _require_databases(source)
        _require_all(index, after)
    hides = not is_dataset and (not is_here if redact is None else redact)
    if not is_here:
        state = "dataset" if is_dataset else "placeholders" if hides else "none"
        _agree(where(model, base_url), examples, state, yes=yes, quiet=as_json)
    named = named_model(
        model, base_url=base_url, api_key=api_key, temperature=temperature
    )
    redactor = _redactor(never, index) if hides else None
    style: dict[str, Any] = {"k": examples, "to": to, "before": before}
    if is_dataset:
        prompt = _prompt(source, style)
    elif index is not None:
        load = partial(_loader, source, loading)
        prompt = _prompt(index, style, load=load, **choices, redactor=redactor)
    else:
        loader = _loader(source, loading)
        prompt = _prompt(loader, style, **choices, redactor=redactor)
    converse(
        _chain(prompt, named, redactor),
        message=message,
        ask=ask_model,
        model=safe_line(model),
        quiet=as_json,
    )


_REDACTIONS = {
    "dataset": "as in the dataset",
    "placeholders": "names, numbers and addresses are placeholders",
    "none": "nothing is replaced (--no-redact)",
}


def _agree(place: str, examples: int, state: str, *, yes: bool, quiet: bool) -> None:
    """Show what leaves the computer, and ask; end the command if it may not."""
    if not (yes and quiet):
        printing.note(f"What leaves this computer, to {place}, with each message:")
        printing.note("  what you type, and the conversation until then")
        printing.note("  how you write: figures, emoji and small words you use often")
        if examples:
            answers = printing.count(examples, "old answer")
            printing.note(f"  {answers} of yours, and what others wrote before each")
        printing.note(f"  redaction: {_REDACTIONS[state]}")
    if yes:
        return
    if not printing.has_terminal():
        fail(
            "Confirmation needed, but there is no terminal: pass --yes. Nothing was sent."
        )
    if not typer.confirm("Continue?", err=True):
        printing.note("Nothing was sent.")
        raise typer.Exit(Exit.FAILED)


def _refuse(given: dict[str, Any]) -> None:
    names = [name for name, value in given.items() if value is not None]
    if names:
        options = ", ".join(f"--{name}" for name in names)
        raise typer.BadParameter(
            f"{options} cannot be used with a dataset, which is prepared already."
        )


def _require_databases(source: Path | list[Path] | None) -> None:
    """Refuse what is no database before anybody is asked about a model."""
    from langchain_imessage.chatdb import paths_of, require_source  # noqa: PLC0415

    for path in paths_of(source):
        require_source(path)


def _require_all(index: Path | None, after: datetime | None) -> None:
    if index is not None and after is not None:
        raise typer.BadParameter(
            "--after cannot be used with --index, which has all of your answers."
        )


def _redactor(never: list[str] | None, index: Path | None) -> Any:
    from langchain_imessage.transforms import Redactor  # noqa: PLC0415

    return saved_redactor(index, never) if index else Redactor(never=never or ())


def _loader(
    source: Path | list[Path] | None, options: dict[str, Any], since: str | None = None
) -> Any:
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415
        IMessageChatLoader,
    )

    return IMessageChatLoader(source, **options, since=since)


def _prompt(
    source: Any, style: dict[str, Any], load: Any = None, **choices: Any
) -> ChatPromptTemplate:
    from langchain_imessage.persona import persona_prompt  # noqa: PLC0415

    with progress_bar("Reading your answers") as progress:
        if choices:
            choices["progress"] = progress
        if load is not None:
            return persona_prompt(grown_index(source, load, choices), **style)
        return persona_prompt(source, **style, **choices)


def _chain(prompt: ChatPromptTemplate, model: Any, redactor: Any) -> Any:
    """Put the pieces together, out of the sight of LangSmith."""
    from langchain_core.output_parsers import StrOutputParser  # noqa: PLC0415

    from langchain_imessage.transforms import (  # noqa: PLC0415
        with_placeholders,
        without_tracing,
    )

    if redactor is not None:
        model = with_placeholders(model, redactor)
    return without_tracing(prompt | model | StrOutputParser())
