"""Which databases are meant: one, several in any iterable, each once."""

from __future__ import annotations

from pathlib import Path

from langchain_imessage.chatdb.sources._several import paths_of


def test_paths_may_come_one_at_a_time() -> None:
    assert paths_of(name for name in ("a.db", "b.db")) == (Path("a.db"), Path("b.db"))
