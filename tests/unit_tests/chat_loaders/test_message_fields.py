"""docs/message-fields.md has every key that a message may carry, and no other."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from langchain_imessage.chat_loaders import _messages

PAGE = Path(__file__).parents[3] / "docs" / "message-fields.md"
_MERGED = {"ids"}
"""What `merge_chat_runs` adds."""


def test_the_table_has_the_keys_that_are_set() -> None:
    source = inspect.getsource(_messages)
    made = set(re.findall(r'^ +"([a-z_]+)": ', source, re.MULTILINE))
    made |= set(re.findall(r'(?:kwargs|present)\["([a-z_]+)"\] = ', source))
    made |= set(re.findall(r'kwargs\.setdefault\("([a-z_]+)"', source))
    rows = re.findall(r"^\| (`.+?) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert made - listed == set()
    assert listed - made == _MERGED
