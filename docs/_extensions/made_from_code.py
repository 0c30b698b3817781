"""Directives that make a page's text from the program, so that it says what is so.

`command-help` prints the command line's own help, `notebook` a notebook with its outputs,
`public-module` what a module exports. None of them runs an example: the tests do that.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.application import Sphinx

_WIDTH = 80


def _fenced(text: str, language: str) -> str:
    return f"````{language}\n{text.rstrip()}\n````\n\n"


def commands_as_markdown() -> str:
    """Return the help of `langchain-imessage`, a section for each command."""
    import typer  # noqa: PLC0415

    from langchain_imessage.cli._app import app  # noqa: PLC0415
    from langchain_imessage.cli._command_help import CommandGroup  # noqa: PLC0415

    group: Any = typer.main.get_command(app)
    name = "langchain-imessage"
    context = group.make_context(name, ["doctor"], terminal_width=_WIDTH)
    text = _fenced(group.get_help(context), "text")
    for section, names in CommandGroup.sections.items():
        text += f"## {section}\n\n"
        for each in names:
            command = group.commands[each]
            inner = command.context_class(
                command, info_name=each, parent=context, terminal_width=_WIDTH
            )
            text += f"### {each}\n\n" + _fenced(command.get_help(inner), "text")
    return text


def _outputs(cell: dict[str, Any]) -> Iterator[str]:
    for output in cell.get("outputs", ()):
        yield "".join(
            output.get("text") or output.get("data", {}).get("text/plain", "")
        )


def notebook_as_markdown(path: Path) -> str:
    """Return a notebook's cells after its title, with what they printed."""
    text = ""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text += source.removeprefix("# iMessage\n") + "\n\n"
            continue
        text += _fenced(source, "python")
        if printed := "".join(_outputs(cell)):
            text += _fenced(printed, "text")
    return text


class CommandHelp(SphinxDirective):
    """`{command-help}`: the help of all commands."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        return self.parse_text_to_nodes(
            commands_as_markdown(), allow_section_headings=True
        )


class Notebook(SphinxDirective):
    """`{notebook} PATH`: a notebook, its path from the page's folder."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the cells."""
        source = Path(self.get_source_info()[0]).parent
        path = (source / self.arguments[0]).resolve()
        self.env.note_dependency(str(path))
        return self.parse_text_to_nodes(
            notebook_as_markdown(path), allow_section_headings=True
        )


class PublicModule(SphinxDirective):
    """`{public-module} NAME`: the names in `__all__` that the package root has not."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the descriptions."""
        name = self.arguments[0]
        module = import_module(name)
        root = import_module(name.partition(".")[0])
        here = sorted(
            each
            for each in module.__all__
            if module is root or each not in root.__all__
        )
        lines = [f".. automodule:: {name}", f"   :members: {', '.join(here)}"]
        shared = [
            f":py:obj:`~{root.__name__}.{each}`"
            for each in sorted(module.__all__)
            if each not in here
        ]
        if shared:
            lines += ["", f"Also at the package root: {', '.join(shared)}."]
        text = "\n".join(["```{eval-rst}", *lines, "```"])
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    app.add_directive("command-help", CommandHelp)
    app.add_directive("notebook", Notebook)
    app.add_directive("public-module", PublicModule)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
