"""What a command's help looks like: plain text in 80 columns, with examples to paste.

Also where each command is run, so that all of them end in the same way.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override

from langchain_imessage.cli.terminal._exits import end_of_output, one_line_errors

if TYPE_CHECKING:
    from collections.abc import Mapping


class ExampleCommand(TyperCommand):
    """A command whose help ends with the lines of its epilog as examples."""

    may_be_empty: ClassVar = frozenset({"system_prompt"})
    """Parameters for which an empty text says "none"."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; refuse empty options, as of a variable that is not set."""
        given, _, _ = self.make_parser(ctx).parse_args(list(args))
        for param in self.get_params(ctx):
            if param.param_type_name == "argument":
                continue  # `search "" --attachment` asks for any words
            value = given.get(param.name)
            values = value if isinstance(value, list | tuple) else [value]
            is_empty = any(isinstance(one, str) and not one.strip() for one in values)
            if is_empty and param.name not in self.may_be_empty:
                raise typer.BadParameter("The value is empty.", ctx=ctx, param=param)
        return super().parse_args(ctx, args)

    @override
    def get_params(self, ctx: Any) -> Any:
        """Return its parameters; an argument shows its name, and no type of Python's."""
        params = super().get_params(ctx)
        for one in params:
            if one.param_type_name == "argument":
                setattr(one, "display_type_rich", lambda ctx: None)  # noqa: ARG005, B010
        return params

    @override
    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        if self.epilog:
            with formatter.section("Examples"):
                for line in self.epilog.splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class CommandGroup(TyperGroup):
    """The commands, in sections; each ends with one line where it cannot be done."""

    sections: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @override
    def format_commands(self, ctx: Any, formatter: Any) -> None:
        width = max(map(len, self.commands))
        for section, names in self.sections.items():
            with formatter.section(section):
                limit = formatter.width - width - 6
                formatter.write_dl(
                    [
                        (
                            name.ljust(width),
                            self.commands[name].get_short_help_str(limit),
                        )
                        for name in names
                    ]
                )

    @override
    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command line; what a terminal cannot show is escaped, not an error."""
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                is_input = stream is sys.stdin
                reconfigure(errors="replace" if is_input else "backslashreplace")
        try:
            return super().main(*args, **options)
        except OSError as error:  # of printing help or an error of usage
            end_of_output(error)

    @override
    def invoke(self, ctx: Any) -> Any:
        with one_line_errors():
            return super().invoke(ctx)
