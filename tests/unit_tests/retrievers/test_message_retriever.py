"""IMessageRetriever: LangChain's own tests, its documents, and two rankings made one."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore

from langchain_imessage import IMessageChatLoader
from langchain_imessage.retrievers import IMessageRetriever
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN = "+14155550101"

suite = pytest.importorskip("langchain_tests.integration_tests")


@pytest.mark.anyio
class TestIMessageRetriever(suite.RetrieversIntegrationTests):
    """LangChain's own tests of a retriever."""

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @pytest.fixture(autouse=True)
    def _database(self, tmp_path: Path) -> None:
        self._loader = IMessageChatLoader(write_sample(tmp_path / "chat.db"))

    @property
    def retriever_constructor(self) -> type[IMessageRetriever]:
        return IMessageRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"loader": self._loader, "index": ":memory:"}

    @property
    def retriever_query_example(self) -> str:
        return "the race"


class Meanings(Embeddings):
    """Know that a canine is a dog."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float("dog" in text or "canine" in text), 0.1] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


@pytest.fixture
def talks(write: Callable, path: Path, at: Callable) -> Path:
    """Write three segments."""
    with write() as db:
        chat = db.chat(ann := db.handle(ANN))
        db.message(chat, "my dog\nsleeps", sender=ann, at=at(0), guid="D")
        db.message(chat, "the cat, too", at=at(9_000), guid="C")
        db.message(chat, "a parrot speaks", at=at(99_000), guid="P")
    return path


def ids(retriever: IMessageRetriever, query: str, **options: Any) -> list[str | None]:
    return [document.id for document in retriever.invoke(query, **options)]


def test_a_document_says_who_when_and_what_matches(talks: Path) -> None:
    retriever = IMessageRetriever(loader=IMessageChatLoader(talks), index=":memory:")
    (document,) = retriever.invoke("dog")
    assert document.page_content == f"{ANN}: my dog sleeps"
    guid = document.metadata.pop("chat_guid")
    score = document.metadata.pop("score")
    assert guid.endswith(ANN)
    assert score > 0
    assert document.metadata == {
        "chat": ANN,
        "participants": ANN,
        "is_group": False,
        "first_sent_at": "2024-05-01T12:00:00+00:00",
        "last_sent_at": "2024-05-01T12:00:00+00:00",
        "first_id": "D",
        "last_id": "D",
        "messages": 1,
        "matches": [0],
    }
    assert ANN not in repr(IMessageRetriever(loader=retriever.loader, person=ANN))


def test_filters_are_given_to_the_retriever_or_the_call(talks: Path) -> None:
    loader = IMessageChatLoader(talks)
    retriever = IMessageRetriever(loader=loader, index=":memory:", own=True)
    assert ids(retriever, "dog cat") == ["C"]
    assert ids(retriever, "dog cat", own=None, k=1) != ["C", "D"]
    with pytest.raises(TypeError, match="invoke takes no colour"):
        retriever.invoke("dog", colour="red")


def test_a_vector_store_finds_what_no_word_says(talks: Path) -> None:
    store = InMemoryVectorStore(Meanings())
    retriever = IMessageRetriever(
        loader=IMessageChatLoader(talks), index=":memory:", vector_store=store, k=1
    )
    assert ids(retriever, "canine") == ["D"]
    assert ids(retriever, "parrot") == ["P"]
    assert ids(retriever, "canine", own=True) != ["D"], "filters hold for meanings, too"


def test_a_vector_store_forgets_what_was_deleted(talks: Path) -> None:
    store = InMemoryVectorStore(Meanings())
    retriever = IMessageRetriever(
        loader=IMessageChatLoader(talks), index=":memory:", vector_store=store
    )
    told: list[tuple[int, int]] = []
    assert retriever.update(progress=lambda *step: told.append(step))
    assert told[-1][0] == told[-1][1] > 0
    assert len(store.store) == 3
    with sqlite3.connect(talks) as connection:
        connection.execute("DELETE FROM message WHERE guid = 'D'")
    connection.close()
    retriever.update()
    assert len(store.store) == 2
    assert "D" not in ids(retriever, "canine")
