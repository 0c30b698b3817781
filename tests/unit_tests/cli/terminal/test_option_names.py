"""Messages on the command line name options, not Python's arguments."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

pytest.importorskip("typer")

import langchain_imessage
from langchain_imessage.cli.terminal import _option_names
from langchain_imessage.cli.terminal._option_names import (
    with_option_names,
)

COMMANDS = Path(langchain_imessage.__file__).parent / "cli" / "commands"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ('use provider="local".', "use --provider local."),
        ("Give its password: password=...", "Give its password: --password"),
        ("set KEY, or give api_key=. More", "set KEY. More"),
        ("set KEY or pass api_key=.", "set KEY."),
        ("pass confirm=True (--yes). No", "pass --yes. No"),
        ("use delete_files=True", "use --delete-files"),
        ("start it again with resume=True, and", "start it again with --resume, and"),
        ("base_url must begin with https://", "--base-url must begin with https://"),
        ("`since` is no cursor", "--since is no cursor"),
        (
            "Check base_url, key and project.",
            "Check --base-url, the key and the project.",
        ),
        ("No message matches after, before", "No message matches --after, --before"),
        ("only provider='local' can", "only --provider local can"),
        ("write it with validation=0.2, or", "write it with --validation 0.2, or"),
        ("or expires_after=SECONDS).", "or --expires-after TIME)."),
        (
            "fine_tune (`langchain-imessage finetune`) is",
            "`langchain-imessage finetune` is",
        ),
        (
            "or attach('ftjob-1', state='/my data/finetuning.json')",
            "or `langchain-imessage attach ftjob-1 --state '/my data/finetuning.json'`",
        ),
        (
            """attach("it's 1", state="Ann's/finetuning.json")""",
            """`langchain-imessage attach 'it'"'"'s 1' --state 'Ann'"'"'s/finetuning.json'`""",
        ),
        (
            "attach('ft 1', provider='openai', base_url='http://h/v1')",
            "`langchain-imessage attach 'ft 1' --provider openai --base-url http://h/v1`",
        ),
        ("Pass state= with the one you mean.", "Pass --state with the one you mean."),
        (
            "Follow one with attach(ID), or",
            "Follow one with `langchain-imessage attach ID --provider NAME`, or",
        ),
        ("Give base_url=, or set X.", "Give --base-url, or set X."),
        ("the URL https://x/?model=3 is odd", "the URL https://x/?model=3 is odd"),
        ("n_model=5 model==6", "n_model=5 model==6"),
    ],
)
def test_an_argument_is_shown_as_its_option(message: str, shown: str) -> None:
    assert with_option_names(message) == shown


def test_every_option_that_is_named_exists() -> None:
    source = "".join(file.read_text() for file in sorted(COMMANDS.rglob("*.py")))
    parameters = set(re.findall(r"^    (\w+): ", source, re.MULTILINE))
    for name, option in _option_names._OPTIONS.items():
        assert option == f"--{name.replace('_', '-')}"
        assert name in parameters
    assert inspect.getdoc(with_option_names)
