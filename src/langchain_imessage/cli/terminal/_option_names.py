"""The library's parameters as the command line's options, in messages to a user.

The library says `password=...` or `provider="local"`; who typed a command is to read
`--password` and `--provider local`.
"""

from __future__ import annotations

import re
from ast import literal_eval
from typing import Final

from langchain_imessage.terminal import shell_quoted

_OPTIONS: Final = {
    "after": "--after",
    "base_url": "--base-url",
    "before": "--before",
    "chats": "--chats",
    "contacts": "--contacts",
    "content": "--content",
    "decisions": "--decisions",
    "delete_files": "--delete-files",
    "expires_after": "--expires-after",
    "gap": "--gap",
    "groups": "--groups",
    "max_per_contact": "--max-per-contact",
    "max_tokens": "--max-tokens",
    "model": "--model",
    "moderate": "--moderate",
    "n_epochs": "--n-epochs",
    "names": "--names",
    "never": "--never",
    "password": "--password",
    "people": "--people",
    "provider": "--provider",
    "region": "--region",
    "resume": "--resume",
    "seed": "--seed",
    "sender": "--sender",
    "since": "--since",
    "sink": "--sink",
    "suffix": "--suffix",
    "system_prompt": "--system-prompt",
    "validation": "--validation",
    "windows": "--windows",
}
"""By parameter: its option."""

_PHRASES: Final = (
    (
        ': each message\'s is message.additional_kwargs["sender"].',
        "; `langchain-imessage show` prints them.",
    ),
    (
        'from the loader\'s `own_name`, which is "Me" unless you set it.',
        "from Me.",
    ),
    ("pass confirm=True (--yes)", "pass --yes"),
    ("agree with confirm=True", "agree with --yes"),
    ("pass confirm=True", "pass --yes"),
    ("pass api_key=", "pass --api-key-env NAME"),
    ("Check base_url, key and project", "Check --base-url, the key and the project"),
    ("Check base_url and provider", "Check --base-url and --provider"),
    ("Check base_url", "Check --base-url"),
    ("Pass state= with", "Pass --state with"),
    ("with attach(ID)", "with `langchain-imessage attach ID --provider NAME`"),
    ("expires_after=SECONDS", "--expires-after TIME"),
    ("fine_tune (`langchain-imessage finetune`)", "`langchain-imessage finetune`"),
    ("write_dataset (`langchain-imessage prepare`)", "`langchain-imessage prepare`"),
)
"""What is said in other words than by replacing the name."""

_API_KEY: Final = re.compile(r",? or (?:give|pass) api_key=")
"""A key is no option's value: the command line can be seen by others."""

_TEXT: Final = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_ATTACH: Final = re.compile(
    rf"attach\(({_TEXT})((?:, (?:state|provider|base_url)={_TEXT})+)\)"
)
_NAMED: Final = re.compile(rf"(state|provider|base_url)=({_TEXT})")
_NAMES: Final = "|".join(_OPTIONS)
_ARGUMENT: Final = re.compile(
    rf"`?(?<![-\w.?&])({_NAMES})="
    r"(?:([\"'])(?P<text>[^\"'\s]*)\2|(?P<number>\d+(?:\.\d+)?)|True\b|\.\.\.|)"
    r"`?(?![=\w])"
)
_QUOTED: Final = re.compile(rf"`({_NAMES})`")
_LEADING: Final = re.compile(rf"^({_NAMES})(?=: | (?:must|is|are|has|takes|needs) )")
_LISTED: Final = re.compile(r"(?<=^No message matches )\w+(?:, \w+)*")


def with_option_names(message: str) -> str:
    """Return a message with options in place of parameters.

    Example:
        >>> with_option_names('It needs a key. provider="local" needs none.')
        'It needs a key. --provider local needs none.'
        >>> with_option_names("`since` is no cursor of an earlier reading")
        '--since is no cursor of an earlier reading'
    """
    message = _API_KEY.sub("", message)
    message = _ATTACH.sub(_attach, message)
    for phrase, replacement in _PHRASES:
        message = message.replace(phrase, replacement)
    message = _ARGUMENT.sub(_option, message)
    for pattern in (_QUOTED, _LEADING):
        message = pattern.sub(lambda found: _OPTIONS[found[1]], message)
    return _LISTED.sub(_several, message)


def _attach(found: re.Match[str]) -> str:
    options = [
        f"--{name.replace('_', '-')} {_shell_text(text)}"
        for name, text in _NAMED.findall(found[2])
    ]
    return f"`langchain-imessage attach {' '.join([_shell_text(found[1]), *options])}`"


def _shell_text(text: str) -> str:
    """Return a Python string as a shell takes it."""
    return shell_quoted(str(literal_eval(text)))


def _several(found: re.Match[str]) -> str:
    return ", ".join(_OPTIONS.get(name, name) for name in found[0].split(", "))


def _option(found: re.Match[str]) -> str:
    option = _OPTIONS[found[1]]
    value = found["text"] or found["number"]
    return f"{option} {value}" if value else option
