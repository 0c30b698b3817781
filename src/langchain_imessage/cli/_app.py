"""The commands, put together, each with its examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli._command_help import CommandGroup, ExampleCommand
from langchain_imessage.cli.commands.agents._serve_mcp import mcp
from langchain_imessage.cli.commands.making._check_dataset import report, validate
from langchain_imessage.cli.commands.making._prepare import prepare
from langchain_imessage.cli.commands.making._write_sample import sample
from langchain_imessage.cli.commands.reading._doctor import doctor
from langchain_imessage.cli.commands.reading._export_sessions import export
from langchain_imessage.cli.commands.reading._list_chats import chats
from langchain_imessage.cli.commands.reading._search_messages import search
from langchain_imessage.cli.commands.reading._show_chat import show
from langchain_imessage.cli.commands.reading._show_statistics import stats
from langchain_imessage.cli.commands.speaking._blind_test import blind
from langchain_imessage.cli.commands.speaking._evaluate_model import evaluate
from langchain_imessage.cli.commands.speaking._persona_talk import persona
from langchain_imessage.cli.commands.speaking._talk import chat
from langchain_imessage.cli.commands.training._attach_job import attach
from langchain_imessage.cli.commands.training._cancel_job import cancel
from langchain_imessage.cli.commands.training._convert_model import convert
from langchain_imessage.cli.commands.training._finetune import finetune
from langchain_imessage.cli.commands.training._list_jobs import jobs

if TYPE_CHECKING:
    from collections.abc import Callable

_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    cls=CommandGroup,
    help="Read your Messages history, and fine-tune a model on it. "
    "Only finetune, attach, cancel, jobs --refresh, chat, persona and evaluate use the network.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with findings, "
    "130 interrupted.",
    context_settings=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    # A traceback with the values of variables would print people's messages.
    pretty_exceptions_enable=False,
)

_SECTIONS: dict[str, dict[Callable[..., None], str]] = {
    "Read": {
        doctor: "langchain-imessage doctor\nlangchain-imessage doctor mac.db old-mac.db ~/backup",
        chats: "langchain-imessage chats\n"
        "langchain-imessage chats chat.db --sort messages --limit 10",
        show: "langchain-imessage show 1\n"
        'langchain-imessage show "+1 (415) 555-0101" --limit 20\n'
        "langchain-imessage show ann chat.db --contacts contacts.vcf",
        search: 'langchain-imessage search "see you" tomorrow\n'
        'langchain-imessage search "birth*" chat.db --people Ann --after 2024-01-01\n'
        "langchain-imessage search lake chat.db --open 1",
        stats: "langchain-imessage stats\n"
        "langchain-imessage stats chat.db --people Ann --after 2024-01-01\n"
        "langchain-imessage stats --plot messages.png",
        mcp: "langchain-imessage mcp --after 2023-01-01\n"
        "langchain-imessage mcp chat.db --people Ann --never Bob",
        export: "langchain-imessage export -o conversations.jsonl\n"
        "langchain-imessage export chat.db --people Ann --after 2024-01-01\n"
        "langchain-imessage export --since-file cursor.json -o new.jsonl --yes\n"
        "langchain-imessage export --format html --copy-attachments\n"
        "langchain-imessage export --format text --people Ann -o - | less",
        sample: "langchain-imessage sample\nlangchain-imessage sample demo.db",
    },
    "Train": {
        prepare: "langchain-imessage prepare\n"
        "langchain-imessage prepare chat.db --sink mlx --after 2023-01-01\n"
        "langchain-imessage prepare --never Ann --never secret --vault vault.json",
        validate: "langchain-imessage validate dataset\n"
        "langchain-imessage validate train.jsonl --sink openai",
        report: "langchain-imessage report\n"
        "langchain-imessage report dataset -o page.html",
        finetune: "langchain-imessage finetune\n"
        "langchain-imessage finetune dataset --provider local --model auto\n"
        "langchain-imessage finetune train.jsonl --expires-after 7d --no-wait",
        attach: "langchain-imessage attach\n"
        "langchain-imessage attach ftjob-abc123 --provider openai",
        cancel: "langchain-imessage cancel\nlangchain-imessage cancel ftjob-abc123",
        jobs: "langchain-imessage jobs\nlangchain-imessage jobs dataset --refresh",
        convert: "langchain-imessage convert dataset -o me.gguf\n"
        "langchain-imessage convert dataset -o me --form fused",
        chat: "langchain-imessage chat\n"
        'langchain-imessage chat dataset -m "How are you?"\n'
        "langchain-imessage chat dataset --examples 5 --vault vault.json",
    },
    "Speak": {
        persona: "langchain-imessage persona --model ollama:llama3.2\n"
        "langchain-imessage persona chat.db --to Ann --contacts auto\n"
        "langchain-imessage persona dataset --model openai:gpt-5-mini",
        evaluate: "langchain-imessage evaluate\n"
        "langchain-imessage evaluate dataset --model ollama:llama3.2 -n 100",
        blind: "langchain-imessage blind dataset --person Ann --vault vault.json\n"
        "langchain-imessage blind --read blind-answers.json",
    },
}
for commands in _SECTIONS.values():
    for command, examples in commands.items():
        app.command(cls=ExampleCommand, epilog=examples, context_settings=_HELP)(
            command
        )
CommandGroup.sections = {
    section: tuple(command.__name__ for command in commands)
    for section, commands in _SECTIONS.items()
}


@app.callback(invoke_without_command=True)
def version(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version and exit.")
    ] = False,
) -> None:
    """Read your Messages history, and fine-tune a model on it."""
    if show_version:
        from importlib.metadata import version as version_of  # noqa: PLC0415

        typer.echo(version_of("langchain-imessage"))
        raise typer.Exit
