"""LangChain's own tests of a retriever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.retrievers import OwnRepliesIndex, OwnRepliesRetriever

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

suite = pytest.importorskip("langchain_tests.integration_tests")


@pytest.mark.anyio
class TestOwnRepliesRetriever(suite.RetrieversIntegrationTests):
    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return OwnRepliesRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        index = OwnRepliesIndex()
        for number in range(5):
            index.add(f"lunch on day {number}?", f"yes, {number}")
        return {"index": index}

    @property
    def retriever_query_example(self) -> str:
        return "lunch today?"
