"""The options and arguments several commands have, and the checks of their values.

Whatever is wrong with a value is said here, before anything is read: exit code 2.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import typer

from langchain_imessage.timestamps import local_time

SINK_NAMES = [
    "openai",
    "azure",
    "together",
    "fireworks",
    "tinker",
    "mistral",
    "mlx",
    "trl",
    "axolotl",
    "llamafactory",
    "sharegpt",
    "gemini",
    "openai-dpo",
    "trl-dpo",
]
"""As in `datasets.SINKS`, which takes a second to import; a test compares them."""

PROVIDER_NAMES = ["local", "openai", "azure", "nebius", "crusoe"]
"""As in `finetuning.PROVIDERS`, likewise."""

STDOUT = Path("-")
"""The path that stands for standard output."""

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def source_of(paths: list[Path] | None) -> Path | list[Path] | None:
    """Return what the library takes for the databases that were named."""
    return paths[0] if paths and len(paths) == 1 else paths or None


def one_of(*names: str) -> Callable[[str], str]:
    """Return a parser that takes one of some names, and nothing else."""

    def parse(value: str) -> str:
        if value in names:
            return value
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(names)}.")

    return parse


def parse_variable(name: str) -> str:
    """Return the value of an environment variable: a key is never on the command line."""
    if value := os.environ.get(name):
        return value
    raise typer.BadParameter(f"The environment variable {name!r} is not set.")


def parse_moment(value: str | datetime) -> datetime:
    """Parse a date or a date with time; without a zone, in the computer's own."""
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise typer.BadParameter(
            f"{value!r} is not a date such as 2024-05-01 or 2024-05-01T18:30, "
            "of the years 1 to 9999."
        ) from error
    return moment if moment.tzinfo else local_time(moment)


def parse_gap(value: str) -> timedelta | Literal["auto"]:
    """Parse a pause: "auto", or minutes."""
    if value == "auto":
        return "auto"
    try:
        gap = timedelta(minutes=float(value))
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(
            f"{value!r} is neither auto nor a number of minutes."
        ) from error
    if gap <= timedelta(0):
        raise typer.BadParameter("The minutes must be more than 0.")
    return gap


def parse_seconds(value: str | int) -> int:
    """Parse a time span: seconds, or a number with its unit: 90s, 30m, 12h, 7d."""
    text = str(value).strip().lower()
    number, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS else (text, "s")
    if not (number.isascii() and number.isdecimal() and int(number[:12])):
        raise typer.BadParameter(
            f"{value!r} is not a time span such as 7d, 12h or 3600 (seconds)."
        )
    return int(number) * _UNITS[unit]


def parse_base_url(value: str) -> str:
    """Parse the address of a server."""
    try:
        parts = urlsplit(value)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_url = False
    if not is_url:
        raise typer.BadParameter(f"{value!r} is not a URL such as https://host/v1.")
    return value


def parse_region(value: str) -> str:
    """Parse a country's code of two letters."""
    if len(value) != len("US") or not (value.isascii() and value.isalpha()):
        raise typer.BadParameter(f"{value!r} is not a country code such as US or DE.")
    return value.upper()


def parse_folder(value: str | Path) -> Path:
    """Parse the folder, or the page, to write."""
    if Path(value) == STDOUT:
        raise typer.BadParameter("This is not written to standard output: name a path.")
    return Path(value)


def parse_contacts(value: str) -> str:
    """Parse where names come from."""
    if value != "auto" and not Path(value).exists():
        raise typer.BadParameter(f'{value!r} is neither "auto" nor a file or folder.')
    return value


PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        help="A chat.db, an sms.db, or an iPhone backup's folder; several are read as "
        "one history. [default: this Mac's own database]",
        show_default=False,
        metavar="DATABASE",
    ),
]
PasswordOption = Annotated[
    str | None,
    typer.Option(
        metavar="PASSWORD",
        help="The password of an encrypted backup.",
        envvar="LANGCHAIN_IMESSAGE_PASSWORD",
        show_default=False,
    ),
]
ContactsOption = Annotated[
    str | None,
    typer.Option(
        parser=parse_contacts,
        metavar="FILE",
        help='Show names for addresses: "auto", an address book, or a vCard file.',
        show_default=False,
    ),
]
ChatsOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CHAT",
        help="Only this conversation: a whole title, an address or a guid; repeatable.",
        show_default=False,
    ),
]
PeopleOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PERSON",
        help="Only conversations with this person: a whole name or an address; "
        "repeatable.",
        show_default=False,
    ),
]
AfterOption = Annotated[
    datetime | None,
    typer.Option(
        parser=parse_moment,
        metavar="DATE",
        help="Only messages from this date on: 2024-05-01, or with a time.",
        show_default=False,
    ),
]
BeforeOption = Annotated[
    datetime | None,
    typer.Option(
        parser=parse_moment,
        metavar="DATE",
        help="Only messages before this date.",
        show_default=False,
    ),
]
SinkOption = Annotated[
    str,
    typer.Option(
        parser=one_of(*SINK_NAMES),
        metavar="SINK",
        help=f"The trainer to write for: {', '.join(SINK_NAMES)}.",
    ),
]
SenderOption = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Whose messages the model learns to write; Me is you."
    ),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        parser=parse_base_url,
        metavar="URL",
        help="Base URL of another server with OpenAI's API.",
        show_default=False,
    ),
]
ApiKeyOption = Annotated[
    str | None,
    typer.Option(
        "--api-key-env",
        parser=parse_variable,
        metavar="NAME",
        help="Environment variable with the key for --base-url.",
        show_default=False,
    ),
]
WorkersOption = Annotated[
    int,
    typer.Option(
        min=1,
        metavar="N",
        help="Number of processes; 2 can be faster for large databases.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
YesOption = Annotated[
    bool,
    typer.Option(
        "--yes", "-y", "--force", help="Replace an existing file without asking."
    ),
]
