"""A link from one page of the repository to another leads to a file and a heading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", ".github/**/*.md", "contrib/**/*.md")
    for page in ROOT.glob(pattern)
    if "_build" not in page.parts
)
_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(
    r"^( *)(```+|~~~+).*?^\1\2|``[^`]+``|`[^`\n]+`", re.DOTALL | re.MULTILINE
)


def prose(page: Path) -> str:
    """Return a page's text without its code."""
    return _CODE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """Return what GitHub and the site make of a page's headings."""
    text = re.sub(
        r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading.replace("`", ""))
        .strip()
        .lower()
        .replace(" ", "-")
        for heading in headings
    }


def broken(page: Path) -> list[str]:
    """Return the links of a page that lead nowhere in this repository."""
    missing = []
    for link in _LINK.findall(prose(page)):
        if link.partition(":")[0] in {"http", "https", "mailto"}:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target)
        ):
            missing.append(link)
    return missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_to_another_page_leads_there(page: Path) -> None:
    assert broken(page) == []


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A b\n\n[x](#a-b) [y](#c) [z](none.md) `[w](code.md)`\n")
    assert broken(page) == ["#c", "none.md"]


def test_each_page_of_docs_has_its_place_in_the_site() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    listed = set(re.findall(r"^(?:.*<)?([\w/-]+)>?$", index, re.MULTILINE))
    pages = {
        str(page.relative_to(ROOT / "docs").with_suffix(""))
        for page in PAGES
        if page.is_relative_to(ROOT / "docs")
    }
    assert pages - {"index"} <= listed
