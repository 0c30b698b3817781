"""What is to be sent to LangChain's documentation names what there is, in its forms."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    import pytest

FOLDER = Path(__file__).parents[2] / "contrib" / "langchain"
PACKAGE = "langchain_imessage"
HOMES = {
    "tools": "tools",
    "retrievers": "retrievers",
    "document_loaders": "document_loaders.imessage",
}


def test_each_row_names_a_class_of_its_component() -> None:
    components = yaml.safe_load(
        (FOLDER / "integration_external_docs.yaml").read_text("utf-8")
    )["python"]
    for component, rows in components.items():
        module = import_module(f"{PACKAGE}.{HOMES[component]}")
        for row in rows:
            assert row.keys() == {"name", "pypi", "docs_url"}
            assert row["pypi"] == PACKAGE.replace("_", "-")
            assert row["docs_url"].startswith("https://")
            assert hasattr(module, row["name"]), row["name"]


def test_the_package_has_the_keys_that_are_asked_for() -> None:
    (row,) = yaml.safe_load((FOLDER / "packages.yml").read_text("utf-8"))
    assert row.keys() == {"name", "name_title", "repo", "js"}
    assert row["repo"].endswith("/langchain-imessage")


def test_the_form_is_filled_in_as_the_rows_are() -> None:
    form = (FOLDER / "listing_issue.md").read_text("utf-8")
    components = yaml.safe_load(
        (FOLDER / "integration_external_docs.yaml").read_text("utf-8")
    )["python"]
    for component, rows in components.items():
        assert component in form
        assert all(row["name"] in form for row in rows)


def test_the_page_shows_what_its_code_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (FOLDER / "imessage.mdx").read_text("utf-8")
    pairs = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)
    assert len(pairs) == page.count("```text") == 4
    names: dict[str, Any] = {}
    for code, shown in pairs:
        *statements, last = ast.parse(code).body
        assert isinstance(last, ast.Expr)
        exec(compile(ast.Module(statements, []), "page", "exec"), names)  # noqa: S102
        value = eval(compile(ast.Expression(last.value), "page", "eval"), names)  # noqa: S307
        assert f"{value!r}\n" == shown
