"""Claims about how data gets into the page, and what the page may do."""

from __future__ import annotations

import json
import re
import stat
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.datasets.report._html_page import in_script, new_page
from langchain_imessage.transforms import Omission

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = files("langchain_imessage.datasets.report") / "page"


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "page.html"
    with new_page(path) as put:
        put("one", [1])
        put(".many", {"a": 2})
    return path.read_text("utf-8")


@given(st.text())
def test_any_text_comes_back_and_can_end_no_element(text: str) -> None:
    written = in_script([text])
    assert not re.search("[<>&\u2028\u2029]", written)
    whole = re.sub("[\ud800-\udfff]", "\ufffd", text)
    assert json.loads(written) == [whole]


@pytest.mark.parametrize("text", ["</script><img onerror=x>", "<!--<script>", "]]>"])
def test_what_would_end_a_script_does_not(text: str) -> None:
    assert "<" not in in_script(text)
    assert json.loads(in_script(text)) == text


def test_a_lone_surrogate_is_replaced() -> None:
    assert json.loads(in_script("a\ud83d")) == "a\ufffd"


def test_values_stand_under_their_id_or_class(page: str) -> None:
    assert '<script type="application/json" id="one">[1]</script>' in page
    assert '<script type="application/json" class="many">{"a":2}</script>' in page


def test_no_placeholder_is_left(page: str) -> None:
    assert "{{" not in page


@pytest.mark.parametrize("reason", [*Omission])
def test_every_reason_has_its_meaning(page: str, reason: Omission) -> None:
    meanings = page.split("const REASONS = {")[1].split("};", maxsplit=1)[0]
    assert f'"{reason}": "' in meanings


@pytest.mark.parametrize("element", ["style", "script"])
def test_the_policy_allows_just_what_is_in_the_page(page: str, element: str) -> None:
    kind = ' type="module"' if element == "script" else ""
    source = page.split(f"<{element}{kind}>")[1].split(f"</{element}>", maxsplit=1)[0]
    digest = b64encode(sha256(source.encode()).digest()).decode()
    (policy,) = re.findall('Content-Security-Policy" content="([^"]*)"', page)
    assert f"{element}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_the_page_names_nothing_to_load(page: str) -> None:
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|sendBeacon", page)


@pytest.mark.parametrize(
    "source", [s.name for s in SOURCES.iterdir() if s.name.endswith(".js")]
)
def test_no_source_parses_markup(source: str) -> None:
    text = SOURCES.joinpath(source).read_text("utf-8")
    assert not re.search("innerHTML|outerHTML|insertAdjacent|document.write|eval", text)


def test_the_page_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    with new_page(path):
        pass
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_there_stays_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("before")

    def write(value: Any) -> None:
        with new_page(path) as put:
            put("one", value)

    with pytest.raises(TypeError):
        write(object())
    assert path.read_text() == "before"
    assert [*tmp_path.iterdir()] == [path]
