"""docs/finetuning.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.finetuning import PROVIDERS
from langchain_imessage.finetuning.hosted._providers import MEGABYTE

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
    )
    return f"| {' | '.join(cells)} |"


def test_the_table_of_providers_is_the_one_in_the_code() -> None:
    shown = [li for li in DOCS.read_text("utf-8").splitlines() if li.startswith("| `")]
    assert shown[1:] == [row(provider) for provider in PROVIDERS.values()]


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
