"""docs/finetuning.md says what is so."""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.finetuning import PROVIDERS
from langchain_imessage.finetuning.hosted.catalog._provider_types import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_imessage.finetuning import Job, Provider

DOCS = Path(__file__).parents[3] / "docs" / "finetuning.md"


def row(provider: Provider) -> str:
    """Show a provider as a line of the document's table."""
    variable = provider.base_url_variable
    address = f"in `{variable}`" if variable else "none"
    largest = f"{provider.max_file_bytes // MEGABYTE:,} MB"
    cells = (
        f"`{provider.name}`",
        provider.title,
        f"`{provider.base_url}`" if provider.base_url else address,
        f"`{provider.key_variable}`" if provider.key_variable else "none",
        f"`{provider.models[0].name}`" if provider.models else "to be named",
        f"`{provider.sink}`",
        "any" if provider.name == "local" else largest,
        provider.differs,
        f"{provider.as_of}, {provider.source}",
    )
    return f"| {' | '.join(cells)} |"


def dates(provider: Provider) -> list[str]:
    """Show the models of a provider that have a price or a last day."""
    return [
        f"| {provider.title} | `{model.name}` | "
        f"{'not published' if model.price is None else f'${model.price:g}'} | "
        f"{model.last_day}"
        f"{f' (existing customers: {model.existing_until:%Y-%m} at least)' if model.existing_until else ''} |"
        for model in provider.models
        if model.price is not None or model.last_day
    ]


def table(heading: str) -> list[str]:
    """Return the rows of the document's table under a heading."""
    lines = iter(DOCS.read_text("utf-8").partition(heading)[2].splitlines())
    found = list(
        takewhile(
            lambda line: line.startswith("|"),
            dropwhile(lambda line: not line.startswith("|"), lines),
        )
    )
    return found[2:]


def test_the_table_of_providers_is_the_one_in_the_code() -> None:
    assert table("## Providers") == [row(one) for one in PROVIDERS.values()]


def test_the_table_of_dates_is_the_one_in_the_code() -> None:
    known = [line for provider in PROVIDERS.values() for line in dates(provider)]
    assert table("### Prices and last days") == known


# LangChain keeps these two until 2.0, and says so when one is made.
@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
def test_the_chains_work_as_they_are_written(
    begin: Callable[..., Job], capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("langchain_openai")
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 3
    names: dict[str, Any] = {"job": begin().wait(progress=False)}
    for block in blocks[1:]:
        exec(block, names)  # noqa: S102 - our own document
    assert capsys.readouterr().out.splitlines()[1] == "Really."
    first = names["chain"].invoke({"input": "which letter is eta"})
    assert [m.content for m in first] == ["Number 7.", "Really."]
    names["chain"].invoke({"input": "and beta?"})
    turns = [message.content for message in names["history"].messages]
    assert turns[:2] == ["which letter is eta", "Number 7.\nReally."]
    assert len(turns) == 4
