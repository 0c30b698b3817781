"""The command `langchain-imessage`: arguments to calls, and what they give to the screen.

Nothing is decided here that a caller of the library could not decide. The commands are
put together in `_app`, which needs the extra `cli`; this file only says so.
"""

from __future__ import annotations

import sys

from langchain_imessage.errors import MissingDependencyError


def main() -> None:
    """Run the command line; exits with one of `_output.Exit`."""
    try:
        from langchain_imessage.cli._app import app  # noqa: PLC0415
    except ImportError as error:
        if error.name not in {"typer", "rich"}:
            raise
        missing = MissingDependencyError(error.name, extra="cli")
        print(f"Error: {missing}", file=sys.stderr)  # noqa: T201  # there is no rich
        sys.exit(1)
    app()
