"""Claims about the table of sinks, and the documentation that is made of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from langchain_imessage.datasets import SINKS, Sink
from langchain_imessage.datasets.formats._specs import sink_named
from langchain_imessage.errors import ExportError

DOCUMENT = Path(__file__).parents[4] / "docs" / "datasets.md"
BEGIN, END = "<!-- sinks: made by the tests -->\n", "<!-- end of sinks -->"
HEAD = (
    "| sink | shape | examples, at least | tokens, at most | file, at most "
    "| strict turns | weights | names | images | a row each |\n"
    "|---|---|--:|--:|--:|:-:|:-:|:-:|--:|:-:|\n"
)


def _size(count: int | None) -> str:
    if count is None:
        return ""
    return f"{count // 10**9} GB" if count >= 10**9 else f"{count // 10**6} MB"


def _row(sink: Sink) -> str:
    cells = [
        f"`{sink.name}`",
        sink.shape,
        sink.min_examples,
        f"{sink.max_tokens:,}" if sink.max_tokens else "",
        _size(sink.max_bytes),
        "yes" if sink.alternates else "",
        "flags" if sink.weights else "",
        "yes" if sink.names else "",
        sink.images or "",
        "yes" if sink.unroll else "",
    ]
    return f"| {' | '.join(map(str, cells))} |\n"


def test_the_documentation_has_every_sink() -> None:
    """Set LANGCHAIN_IMESSAGE_UPDATE_DOCS to write it anew."""
    text = DOCUMENT.read_text("utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    table = HEAD + "".join(map(_row, SINKS.values()))
    made = f"{before}{BEGIN}{table}{END}{after}"
    if os.environ.get("LANGCHAIN_IMESSAGE_UPDATE_DOCS"):
        DOCUMENT.write_text(made, "utf-8")
    assert text == made


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SINKS["sewer"] = SINKS["openai"]  # type: ignore[index]


def test_a_sink_is_found_by_its_name() -> None:
    for name, sink in SINKS.items():
        assert sink_named(name) is sink
        assert sink.name == name


def test_a_sink_that_is_not_there_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(ExportError, match="openai, azure, together"):
        sink_named("sewer")
