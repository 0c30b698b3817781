"""Examples → a dataset on LangSmith; the one export that sends words away.

Owns what is sent: roles and words of what was agreed to, and nothing unless it was.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import (
    PROGRESS,
    SESSIONS,
    TEXT,
    check_arguments,
    having,
    or_none,
)
from langchain_imessage.datasets.targets._plain_rows import chat_rows
from langchain_imessage.errors import ExportError
from langchain_imessage.transforms.messages._session_streams import length_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from langchain_core.chat_sessions import ChatSession
    from langsmith import Client

    from langchain_imessage.preparation._prepared import Progress

_BATCH = 100
"""Examples in one request: a few hundred kilobytes."""


@check_arguments(
    examples=SESSIONS,
    name=TEXT,
    client=or_none(having("has_dataset", "create_examples", said="a LangSmith client")),
    progress=PROGRESS,
)
def upload_to_langsmith(
    examples: Iterable[ChatSession],
    name: str,
    *,
    confirm: bool | Callable[[str], bool] = False,
    client: Client | None = None,
    progress: Progress | None = None,
) -> int:
    """Upload examples to LangSmith, as a dataset to evaluate a chain against.

    The words of all examples leave this machine and are kept by LangSmith: redact them
    first (`prepare(redactor=...)`). What is sent are roles and words; names, times, ids
    and paths are not. LangSmith's SDK adds which versions of Python and LangChain run.

    Args:
        examples: Examples, as `prepare` gives them, or mapped sessions; taken one at a
            time.
        name: What the dataset is to be called there.
        confirm: True agrees to the upload. A function is told in a sentence what goes
            where, and its answer decides.
        client: The client to send with. Defaults to one for the key in
            `LANGSMITH_API_KEY`.
        progress: Called after each request with how many examples have been sent, and how
            many there are (None where that is not known).

    Returns:
        How many examples were uploaded. Each has `inputs["messages"]`, the talk up to
        the last question, and `outputs["message"]`, its answer.

    Raises:
        ExportError: If nobody agreed, there is a dataset of that name, an example holds
            a message that nobody says, or LangSmith refuses.

    Example:
        ```python
        from langchain_imessage.datasets import upload_to_langsmith
        from langchain_imessage.preparation import prepare

        examples = prepare(loader.lazy_load(), redactor=Redactor(region="US"))
        upload_to_langsmith(examples, "my-voice", confirm=True)
        ```
    """
    uploader = _Uploader(name, client)
    what = (
        f"The words of all examples go to {uploader.host}, to be kept there as the "
        "dataset that was named."
    )
    agreed = confirm(what) if callable(confirm) else confirm
    if agreed is not True:
        raise ExportError(f"{what} Nothing was sent: agree with confirm=True.")
    return uploader.upload(examples, progress)


class _Uploader:
    """Sends one dataset in batches."""

    def __init__(self, name: str, client: Client | None) -> None:
        self._name = name
        self._sent = 0
        self._client = client or self._ask(_default_client)

    @property
    def host(self) -> str:
        """Where it goes."""
        return str(self._client.api_url)

    def upload(self, examples: Iterable[ChatSession], progress: Progress | None) -> int:
        """Make the dataset, then fill it."""
        if self._ask(self._client.has_dataset, dataset_name=self._name):
            raise ExportError("LangSmith has a dataset of that name; choose another.")
        dataset = self._ask(self._client.create_dataset, self._name)
        rows, total = map(_example, chat_rows(examples)), length_of(examples)
        while batch := list(islice(rows, _BATCH)):
            self._ask(
                self._client.create_examples, dataset_id=dataset.id, examples=batch
            )
            self._sent += len(batch)
            if progress is not None:
                progress(self._sent, total)
        return self._sent

    def _ask(self, request: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        from langsmith.utils import LangSmithError
        from requests import RequestException

        try:
            return request(*args, **kwargs)
        except (LangSmithError, RequestException) as error:
            kind = type(error).__name__
        # Not `from` it: LangSmith's answers repeat what they refuse.
        raise ExportError(
            f"LangSmith refused ({kind}) after {self._sent} examples. Is "
            "LANGSMITH_API_KEY a key for this endpoint?"
        )


def _default_client() -> Client:
    from langsmith import Client

    return Client(auto_batch_tracing=False)


def _example(messages: list[dict[str, str]]) -> dict[str, Any]:
    from langsmith.schemas import ExampleCreate

    # Its name in 2026; earlier versions drop in silence what they do not know.
    new, old = "reference_outputs", "outputs"
    outputs = new if new in ExampleCreate.__annotations__ else old
    return {
        "inputs": {"messages": messages[:-1]},
        outputs: {"message": messages[-1]},
    }
