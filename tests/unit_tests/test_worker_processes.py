"""What is sent between processes arrives whole, or is said not to have come."""

from __future__ import annotations

import pickle
from io import BytesIO

import pytest

from langchain_imessage.errors import DecodeError, IMessageError
from langchain_imessage.worker_processes import (
    pickled,
    pickled_error,
    read_value,
    received,
    sendable,
    write_value,
)


def sent(value: object) -> bytes:
    output = BytesIO()
    write_value(pickled(value), output)
    return output.getvalue()


def test_a_value_arrives_whole() -> None:
    source = BytesIO(sent("one") + sent([2]))
    assert [received(source) for _ in range(2)] == ["one", [2]]


class QuotesWords:
    def __reduce__(self) -> str:
        raise ValueError("secret")


@pytest.mark.parametrize("value", [QuotesWords(), lambda: 0])
def test_what_cannot_be_sent_is_none(value: object) -> None:
    assert sendable(value) is None
    assert sendable([1]) == pickled([1])


@pytest.mark.parametrize("size", [0, 4, 12])
def test_half_a_value_is_the_end(size: int) -> None:
    with pytest.raises(EOFError):
        read_value(BytesIO(sent("something long")[:size]))


def test_an_error_arrives_as_it_is() -> None:
    error = pickle.loads(pickled_error(DecodeError("odd", guid="G")))  # noqa: S301 - likewise
    assert isinstance(error, DecodeError)
    assert error.guid == "G"


class NeedsTwoError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


@pytest.mark.parametrize(
    "error", [NeedsTwoError("se", "cret"), ValueError("secret", lambda: 0)]
)
def test_one_that_cannot_be_sent_is_named_without_its_words(error: Exception) -> None:
    told = pickle.loads(pickled_error(error))  # noqa: S301 - likewise
    assert isinstance(told, IMessageError)
    assert type(error).__name__ in str(told)
    assert "secret" not in str(told)
