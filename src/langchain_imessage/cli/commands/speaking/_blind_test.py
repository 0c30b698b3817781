"""`blind`: a page for a friend to tell your answers from a model's, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from langchain_imessage.cli.commands._command_options import (
    JsonOption,
    YesOption,
    parse_folder,
)
from langchain_imessage.cli.commands._output_paths import (
    confirm_replacing,
    require_writable,
)
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import fail
from langchain_imessage.terminal import safe_line, shell_quoted

if TYPE_CHECKING:
    from langchain_imessage.evaluation import BlindFigures


def blind(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="What evaluate wrote: evaluation.json, or the dataset's folder with it.",
        ),
    ] = Path("dataset"),
    person: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON",
            help="Who the page is for, as the dataset names them; with --vault, as your "
            "contacts do.",
            show_default=False,
        ),
    ] = None,
    n: Annotated[
        int,
        typer.Option(
            "--questions", "-n", min=1, metavar="N", help="Maximum number of questions."
        ),
    ] = 40,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="The model to compare with. [default: the first that was evaluated]",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            parser=parse_folder,
            metavar="FILE",
            help="The page to write; its key is written beside it.",
        ),
    ] = Path("blind.html"),
    vault: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="Put names back into the page, from the vault of prepare.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Random seed for choosing the questions."
        ),
    ] = 0,
    read: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Read the answers that came back instead of writing a page; repeatable.",
            show_default=False,
        ),
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Key file of a page, for --read; repeatable. [default: blind.key.json]",
            show_default=False,
        ),
    ] = None,
    *,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ask a friend to tell your answers from a model's.

    The page has messages from your chat with this friend only; it loads nothing and sends
    nothing. Keep the key that is written beside it. Your friend sends back a file with
    the choices made.
    """
    if read:
        _print_answers(read, key or [Path("blind.key.json")], as_json=as_json)
        return
    if person is None:
        raise typer.BadParameter("Name the friend the page is for with --person.")
    from langchain_imessage.evaluation import blind_page  # noqa: PLC0415
    from langchain_imessage.evaluation.blind._blind_page import key_of  # noqa: PLC0415

    for path in (out, key_of(out)):  # without its key a page cannot be read again
        option = "--out" if path == out else path.name
        require_writable(path, is_file=True, option=option)
        confirm_replacing(path, yes=yes)
    evaluation = source / "evaluation.json" if source.is_dir() else source
    if not evaluation.exists():
        fail(
            f"There is no file {safe_line(evaluation)}: `langchain-imessage evaluate` "
            "writes it."
        )
    page = blind_page(
        evaluation,
        person,
        out,
        n=n,
        model=model,
        redactor=_redactor(vault),
        seed=seed,
    )
    _print_page(page, key_of(page), as_json=as_json)


def _print_page(page: Path, key: Path, *, as_json: bool) -> None:
    if as_json:
        printing.print_json({"page": str(page), "key": str(key)})
        return
    printing.write(f"{safe_line(page)}: send this only to the person it is for.")
    printing.write(f"{safe_line(key)}: keep this one.")
    quoted = shell_quoted(key)
    printing.write(
        f"Then: langchain-imessage blind --read blind-answers.json --key {quoted}"
    )


def _redactor(vault: Path | None) -> Any:
    if vault is None:
        return None
    from langchain_imessage.preparation import read_vault  # noqa: PLC0415
    from langchain_imessage.transforms import Redactor  # noqa: PLC0415

    return Redactor(vault=read_vault(vault))


def _print_answers(results: list[Path], keys: list[Path], *, as_json: bool) -> None:
    from langchain_imessage.evaluation import read_answers  # noqa: PLC0415

    found = read_answers(results, keys)
    if as_json:
        groups = {"all": found.all, "well": found.well, "hardly": found.hardly}
        printing.print_json({name: _plain(one) for name, one in groups.items()})
    else:
        printing.write(str(found))


def _plain(figures: BlindFigures | None) -> dict[str, Any] | None:
    if figures is None:
        return None
    low, high = figures.interval
    return {
        **asdict(figures),
        "share": figures.share,
        "interval": [low, high],
        "p_value": figures.p_value,
        "needed": figures.needed,
    }
