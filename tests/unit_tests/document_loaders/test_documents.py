"""Conversations as documents: a segment each, with metadata any vector store takes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.document_loaders import BaseLoader
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.indexing import InMemoryRecordManager, index
from langchain_core.vectorstores import InMemoryVectorStore

from langchain_imessage import IMessageLoader
from langchain_imessage.errors import DatabaseNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+15550101", "+15550102"
HOUR = 3600


@pytest.fixture
def talks(write: Callable, path: Path, at: Callable) -> Path:
    """Write two segments with Ann, and a later one in a group."""
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        direct, group = db.chat(ann), db.chat(ann, bob, display_name="Race")
        db.message(direct, "hi", sender=ann, at=at(0), guid="M1")
        db.message(direct, "two\nlines", at=at(60), guid="M2")
        db.message(direct, "next day", at=at(24 * HOUR), guid="M3")
        db.message(group, "go!", sender=bob, at=at(48 * HOUR), guid="M4")
    return path


def test_a_segment_is_a_document_with_a_line_a_message(talks: Path) -> None:
    loader = IMessageLoader(talks)
    assert isinstance(loader, BaseLoader)
    race, first, second = loader.load()
    assert race.page_content == f"{BOB}: go!"
    assert first.page_content == f"{ANN}: hi\nMe: two\nlines"
    assert second.page_content == "Me: next day"
    assert [d.id for d in (race, first, second)] == ["M4", "M1", "M3"]
    assert loader.ledger.messages == 4
    assert IMessageLoader(talks, since=loader.cursor).load() == []


def test_metadata_say_who_when_and_where(talks: Path, at: Callable) -> None:
    race, first, second = IMessageLoader(talks).load()
    assert first.metadata == {
        "source": str(talks),
        "chat": ANN,
        "chat_guid": first.metadata["chat_guid"],
        "participants": ANN,
        "is_group": False,
        "segment": 0,
        "first_sent_at": "2024-05-01T12:00:00+00:00",
        "last_sent_at": "2024-05-01T12:01:00+00:00",
        "first_seconds": at(0).timestamp(),
        "last_seconds": at(60).timestamp(),
        "first_id": "M1",
        "last_id": "M2",
        "messages": 2,
    }
    assert second.metadata["segment"] == 1
    assert second.metadata["chat_guid"] == first.metadata["chat_guid"]
    assert race.metadata["chat"] == "Race"
    assert race.metadata["participants"] == f"{ANN}, {BOB}"
    assert race.metadata["is_group"] is True


def test_where_a_document_ends_can_be_said(talks: Path) -> None:
    def contents(**options: Any) -> list[int]:
        loader = IMessageLoader(talks, chats=[ANN], **options)
        return [document.metadata["messages"] for document in loader.lazy_load()]

    assert contents(gap=None) == [3]
    assert contents(gap=timedelta(seconds=30)) == [1, 1, 1]
    assert contents(gap=None, messages_per_document=2) == [2, 1]
    assert contents(gap=None, max_tokens=11, count_tokens=len) == [2, 1]
    with pytest.raises(ValueError, match="count_tokens"):
        contents(max_tokens=5)


def test_what_is_not_known_is_left_out(write: Callable, path: Path) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN), db.handle(BOB))
        message = db.message(chat, "who?", at=0)
        db.update(message, is_from_me=0, handle_id=0)
    (document,) = IMessageLoader(path).load()
    assert document.page_content == "?: who?"
    assert not {"first_sent_at", "last_sent_at", "first_seconds"} & {*document.metadata}
    kinds = {type(value) for value in document.metadata.values()}
    assert kinds <= {str, int, float, bool}


def test_documents_are_found_and_indexed_once(talks: Path) -> None:
    pytest.importorskip("numpy")
    store = InMemoryVectorStore(DeterministicFakeEmbedding(size=8))
    manager = InMemoryRecordManager("messages")
    manager.create_schema()
    for expected in (3, 0):
        loader = IMessageLoader(talks)
        done = index(loader, manager, store, cleanup=None, key_encoder="blake2b")
        assert done["num_added"] == expected
    found = store.similarity_search(f"{BOB}: go!", k=1)
    assert found[0].metadata["chat"] == "Race"
    documents = asyncio.run(IMessageLoader(talks).aload())
    assert len(documents) == 3


def test_the_file_must_be_there_when_the_loader_is_made(path: Path) -> None:
    with pytest.raises(DatabaseNotFoundError):
        IMessageLoader(path)
