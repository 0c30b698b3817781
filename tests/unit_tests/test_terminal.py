"""What commands a terminal never reaches it; what is pasted is one argument."""

from __future__ import annotations

import json
import os
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage import terminal
from langchain_imessage.terminal import safe_json, safe_line, safe_text, shell_quoted

ANY = st.text(st.characters(exclude_categories=()))
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(ANY)
def test_no_command_is_left_in_a_text(text: str) -> None:
    left = set(safe_text(text)) - set("\n\t")
    assert not left & set(BIDI)
    assert not [char for char in left if unicodedata.category(char) in {"Cc", "Cs"}]
    assert not set(safe_line(text)) & set("\n\t\r\u2028\u2029\x85")


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "two\nlines\ttab",
        "זה 🐢 👩‍👩‍👧 ❤️ é",
        ":smile: 12:100:30 [red]",
        "\u200e5",
    ],
)
def test_peoples_words_are_not_changed(text: str) -> None:
    assert safe_text(text) == text


def test_both_kinds_of_newline_are_one() -> None:
    assert safe_text("a\r\nb\rc") == "a\nb\ufffdc"


@pytest.mark.slow
@given(st.recursive(ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner)))
def test_json_is_safe_and_says_the_same(value: object) -> None:
    text = safe_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(text) == json.loads(json.dumps(value))
    assert safe_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "it's here",
        "a b",
        "'; touch INJECTED; '",
        "\x1b[31m'\\n",
        "é\x9b",
        "$(id)`",
        "",
    ],
)
def test_what_is_pasted_is_the_same_argument(text: str) -> None:
    quoted = shell_quoted(text)
    assert safe_line(quoted) == quoted
    done = subprocess.run(
        ["/bin/bash", "-c", f"printf %s {quoted}"],
        capture_output=True,
        check=True,
    )
    assert done.stdout == text.encode()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_path_of_other_bytes_keeps_them() -> None:
    assert shell_quoted("b\udcff.db") == "$'b\\xff.db'"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (r"C:\Users\Ann\chat.db", r"C:\Users\Ann\chat.db"),
        (r"C:\Ann & Bob's\chat.db", '"C:\\Ann & Bob\'s\\chat.db"'),
        ("D:\\my backups\\", '"D:\\my backups\\\\"'),
        ('say "hi"', r'"say \"hi\""'),
        (r"a b\"c", r'"a b\\\"c"'),
        ("a|b>c", '"a|b>c"'),
        ("two\nlines", '"two lines"'),
        ("", '""'),
    ],
)
def test_what_is_pasted_on_windows_is_the_same_argument(
    text: str, quoted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_WINDOWS", True)
    assert shell_quoted(text) == quoted
    if " " in text:
        assert quoted == subprocess.list2cmdline([text])
