"""What README and the docs print of public people is what `make twin` wrote on its page.

The page is docs/twin.md. It is made by hours of training, which no test repeats.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "twin.md").read_text(encoding="utf-8")


def test_the_table_in_readme_is_on_the_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, block = readme.split("$ python benchmarks/twin/twin.py", 1)
    command, *table = block.split("```", 1)[0].rstrip().splitlines()
    assert "--owner 0f9fe1f8" in command
    assert len(table) > 5
    assert [line for line in table if line not in PAGE.splitlines()] == []


def test_the_figures_that_defaults_follow_are_on_the_page() -> None:
    docs = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    _, after = docs.split("## What the defaults take from it", 1)
    said = after.split("\n## ", 1)[0].replace("\N{MINUS SIGN}", "-")
    found = re.findall(r"-\d+\.\d", said)
    assert len(found) > 5
    assert [figure for figure in found if figure not in PAGE] == []
