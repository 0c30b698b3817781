"""Every command's help is readable in 80 columns, and every wrong value is wrong usage."""

from __future__ import annotations

import inspect
import re
import shlex
from typing import TYPE_CHECKING, get_args

import pytest

pytest.importorskip("typer")

from langchain_imessage.cli import _app
from langchain_imessage.cli.commands import _command_options as _options
from langchain_imessage.cli.commands.making import _prepare
from langchain_imessage.cli.commands.training import _finetune
from langchain_imessage.cli.commands.training._convert_model import FORM_NAMES
from langchain_imessage.datasets import SINKS
from langchain_imessage.datasets import write_dataset as written
from langchain_imessage.finetuning import PROVIDERS, fine_tune
from langchain_imessage.finetuning._types import ExportForm
from langchain_imessage.finetuning.local.processes._exporting import FORMS
from langchain_imessage.preparation import prepare as prepared

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = [name for names in _app.CommandGroup.sections.values() for name in names]

# The database is named first where a command has one; its values are never looked at.
WRONG = """
show 1 {} --limit 0
show 1 {} --limit x
show 1 {} --colour
chats {} --sort size
chats {} --limit 0
chats {} --after 2024
export {} --content nonsense
export {} --after nonsense
export {} --after 10000-01-01
export {} --before 2024-13-01
export {} --since nonsense
export {} --since {{}}
export {} --since ''
export {} -o ''
prepare {} --never ''
prepare {} --never Ann --never ' '
search {} x --people ''
report -o ''
export {} -o /
export {} -o no/such/folder/x.jsonl
prepare {} --groups nonsense
prepare {} --windows nonsense
prepare {} --sink nonsense
prepare {} --contacts no-such-file.vcf
prepare {} --gap 0
prepare {} --gap -5
prepare {} --gap nan
prepare {} --gap 1e99
prepare {} --validation 1
prepare {} --validation -0.1
prepare {} --validation nan
prepare {} --max-tokens 0
prepare {} --max-per-contact 0
prepare {} --after 2024-02-30
prepare {} -o -
prepare {} --no-redact --vault v.json
prepare {} --no-redact --names Ann
prepare {} --region USA
prepare {} --region 49
prepare {} --no-redact --region US
export {} --since x --since-file y
export {} --since-file no/such/folder/cursor
prepare {} --vault no/such/folder/v.json
validate {} --sink nonsense
validate
report {} -o -
finetune {} --provider nonsense
finetune {} --base-url http://[::1
finetune {} --base-url x
finetune {} --base-url http://host:port
finetune {} --n-epochs 0
finetune {} --expires-after soon
finetune {} --expires-after 0d
finetune {} --expires-after -1
finetune {} --moderate -1
finetune {} --seed x
finetune {} -o -
chat {} --temperature 3
chat {} --temperature nan
chat {} --provider nonsense
chat {} --base-url http://[::1
jobs {} --nonsense
evaluate {} --answers 0
evaluate {} --seed -1
evaluate {} -o -
evaluate {} --api-key-env NO_SUCH_VARIABLE
nonsense
""".strip().splitlines()


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_value_is_wrong_usage(line: str, run: Callable, tmp_path: Path) -> None:
    words = shlex.split(line.format(tmp_path / "chat.db"))
    if "--since" in words:
        from langchain_imessage.testing import write_sample  # noqa: PLC0415

        write_sample(tmp_path / "chat.db")
    result = run(*words)
    assert result.exit_code == 2, result.stderr
    assert "Error: " in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_fits_80_columns_and_has_examples(
    command: list[str], flag: str, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = run(*command, flag).stdout
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80
    assert "Show this message and exit." in text
    assert not re.search(r"<\w", text)  # a type of Python's
    if command:
        examples = text.partition("Examples:\n")[2].splitlines()
        assert examples
        for line in examples:
            assert line.startswith(f"  langchain-imessage {command[0]}")
    else:
        assert "Exit codes: 0 done" in text
        assert "..." not in text.partition("Read:")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_in_help_says_what_kind_of_value_it_takes(
    command: str, run: Callable
) -> None:
    text = run(command, "--help").stdout
    for kind in ("INTEGER", "FLOAT", "RANGE", "DATETIME", "%Y", "<str>", "<int>"):
        assert kind not in text.partition("Options:")[2]


@pytest.mark.slow
def test_examples_are_commands_that_are_understood(run: Callable) -> None:
    for command in COMMANDS:
        text = run(command, "--help").stdout
        for line in text.partition("Examples:\n")[2].splitlines():
            options = re.findall(r" (-{1,2}[a-z][a-z-]*)", line.partition("|")[0])
            for option in options:
                assert f"{option} " in text or f"{option}," in text, line


def test_names_in_help_are_those_of_the_library() -> None:
    assert set(_options.SINK_NAMES) == set(SINKS)
    assert set(_options.PROVIDER_NAMES) == set(PROVIDERS)
    assert FORM_NAMES == FORMS == get_args(ExportForm)


def test_one_thing_has_one_word_in_library_and_command() -> None:
    of_the_command = {"paths", "out", "as_json", "yes", "wait", "source", "redact"}
    of_the_command |= {"relation"}  # prepare's people; --people is the loader's
    of_the_loader = {"password", "contacts", "chats", "people", "after", "before"}
    of_the_redactor = {"names", "vault", "region"}
    library = {*inspect.signature(prepared).parameters, *of_the_loader}
    library |= {*inspect.signature(written).parameters, *of_the_redactor}
    options = set(inspect.signature(_prepare.prepare).parameters) - of_the_command
    assert options <= library
    library = {*inspect.signature(fine_tune).parameters, *of_the_loader, "sender"}
    options = set(inspect.signature(_finetune.finetune).parameters) - of_the_command
    assert options <= library


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("90", 90), ("90s", 90), ("2m", 120), ("12h", 43_200), ("7d", 604_800)],
)
def test_a_time_span_has_a_unit_or_is_seconds(value: str, seconds: int) -> None:
    assert _options.parse_seconds(value) == seconds
    assert _options.parse_seconds(seconds) == seconds


def test_an_empty_system_prompt_is_none_and_no_wrong_usage(
    run: Callable, tmp_path: Path
) -> None:
    result = run("prepare", tmp_path / "chat.db", "--system-prompt", "")
    assert result.exit_code == 1
    assert "chat.db not found" in result.stderr
