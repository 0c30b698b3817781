"""A wrong type given to a public function ends in an error that names the parameter."""

from __future__ import annotations

import inspect
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import langchain_imessage
from langchain_imessage import arguments
from langchain_imessage.arguments import check_arguments, or_none
from langchain_imessage.chat_message_histories import IMessageChatMessageHistory
from langchain_imessage.document_loaders import IMessageLoader
from langchain_imessage.errors import ArgumentTypeError, IMessageError
from langchain_imessage.persona import StyleProfile
from langchain_imessage.retrievers import MessageIndex, OwnRepliesIndex
from langchain_imessage.tools import IMessageToolkit
from langchain_imessage.transforms import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGES = (
    "datasets",
    "evaluation",
    "finetuning",
    "persona",
    "preparation",
    "statistics",
    "testing",
    "transcripts",
    "transforms",
    "typedstream",
)
ANYTHING = {
    # What is asked or trained is any LangChain runnable; what it lacks, LangChain says.
    "aevaluate.model",
    "evaluate.model",
    # An SDK's own object; True, or a function.
    "attach.client",
    "attach.pace",
    "fine_tune.client",
    "upload_to_langsmith.confirm",
    # Values of their own kind, tested where they are described.
    "dumps.value",
    "convert_message_to_dict.message",
    "convert_dict_to_message._dict",
    "estimate_tokens.text",
    "loads.data",
    "plain_text.data",
    "salvage_text.data",
    "prepare.decisions",
    "fine_tune.batch_size",
    "fine_tune.expires_after",
    "fine_tune.learning_rate_multiplier",
    "fine_tune.method",
    "fine_tune.n_epochs",
    # Databases, read by `ReadOptions`, and what writes payloads for tests.
    "history_statistics.source",
    "stream_transcripts.source",
    "write_transcripts.source",
    "archive_body",
    "link_payload",
    "poll_payload",
    "vote_payload",
    "extension",
}


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the public functions by name."""
    rooms = [import_module(f"langchain_imessage.{name}") for name in PACKAGES]
    found = {
        name: getattr(room, name)
        for room in (langchain_imessage, *rooms)
        for name in room.__all__
    }
    for name, value in sorted(found.items()):
        is_plain = inspect.isfunction(value) and not inspect.iscoroutinefunction(value)
        if is_plain and name not in ANYTHING:
            yield name, value


CASES = [
    pytest.param(function, parameter.name, id=f"{name}.{parameter.name}")
    for name, function in functions()
    for parameter in inspect.signature(function).parameters.values()
    if parameter.kind not in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}
    and f"{name}.{parameter.name}" not in ANYTHING
]


def test_the_table_has_the_functions() -> None:
    assert len(CASES) > 200


@pytest.mark.parametrize(("function", "name"), CASES)
def test_an_argument_of_no_kind_is_refused_by_name(
    function: Callable[..., Any], name: str
) -> None:
    with pytest.raises(ArgumentTypeError, match=rf"^{name} must be .*, not object$"):
        function(**{name: object()})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sender", 5),
        ("max_tokens", 2.5),
        ("max_tokens", True),
        ("never", "Ann"),
        ("never", [5]),
        ("delimiter", ""),
        ("delimiter", None),
        ("gap", 3600),
        ("within", 5),
        ("workers", "2"),
        ("sessions", {"messages": []}),
        ("sessions", "chat.db"),
    ],
)
def test_preparation_refuses_what_it_would_take_by_mistake(
    name: str, value: Any
) -> None:
    given = {"sessions": [], name: value}
    with pytest.raises((TypeError, ValueError), match=f"^{name} must ") as caught:
        langchain_imessage.prepare(**given)
    assert isinstance(caught.value, IMessageError)


@pytest.mark.parametrize(
    ("kind", "method", "name"),
    [
        (Redactor, "__call__", "sessions"),
        (Redactor, "__init__", "names"),
        (Redactor, "learn", "sessions"),
        (Redactor, "redact_messages", "messages"),
        (Redactor, "redact_text", "text"),
        (Redactor, "restore", "text"),
        (Redactor, "split_unfinished", "text"),
        (MessageIndex, "__init__", "loader"),
        (MessageIndex, "place_at", "moment"),
        (MessageIndex, "search", "filters"),
        (MessageIndex, "search", "query"),
        (OwnRepliesIndex, "build", "source"),
        (OwnRepliesIndex, "latest", "k"),
        (OwnRepliesIndex, "load", "path"),
        (OwnRepliesIndex, "search", "text"),
        (IMessageToolkit, "__init__", "loader"),
        (IMessageLoader, "__init__", "gap"),
        (IMessageChatMessageHistory, "__init__", "limit"),
        (StyleProfile, "describe", "most"),
        (StyleProfile, "of", "source"),
    ],
)
def test_methods_refuse_it_too(kind: type, method: str, name: str) -> None:
    with pytest.raises(ArgumentTypeError, match=rf"^{name} must be .*, not object$"):
        getattr(kind, method)(**{name: object()})


@pytest.mark.parametrize(
    ("kind", "taken", "refused"),
    [
        (arguments.TEXT, ["", "a"], [b"a", None]),
        (arguments.TEXTS, [(), ["a"], {"a"}], ["a", [1], {"a": 1}]),
        (arguments.PATH, ["a"], [b"a", 1]),
        (arguments.FLAG, [True, False], [1, None, "no"]),
        (arguments.WHOLE, [0, -1], [True, 1.0, "1"]),
        (arguments.NUMBER, [0, 1.5], [True, "1"]),
        (arguments.SESSIONS, [[], iter([])], ["a", {}, b""]),
        (arguments.GAP, [None, "auto", timedelta(1)], ["never", 1]),
        (arguments.SHARE, [0.1, timedelta(1)], ["0.1", None, True]),
        (arguments.SOURCE, [[], "folder"], [None, 1]),
        (arguments.LINES, [True, print], [None, "yes"]),
        (or_none(arguments.TEXT), [None, "a"], [1]),
    ],
)
def test_a_kind_takes_what_it_says(
    kind: arguments.Kind, taken: list[Any], refused: list[Any]
) -> None:
    assert all(kind.allows(value) for value in taken)
    assert not any(kind.allows(value) for value in refused)


def test_a_mapping_in_place_of_names_is_refused_with_what_to_give() -> None:
    names: Any = {"Ann Smith": "+14155550101"}
    with pytest.raises(ArgumentTypeError, match=r"give its keys\(\) or its values\(\)"):
        Redactor(names=names)


def test_a_checked_function_is_still_itself() -> None:
    @check_arguments(number=arguments.WHOLE)
    def double(number: int, *, of: str = "a") -> str:
        """Return it twice."""
        return of * number * 2

    assert double(1) == double(number=1) == "aa"
    assert (double.__name__, double.__doc__) == ("double", "Return it twice.")
    assert list(inspect.signature(double).parameters) == ["number", "of"]
    with pytest.raises(ArgumentTypeError, match="number must be a whole number"):
        double("1")  # type: ignore[arg-type]
