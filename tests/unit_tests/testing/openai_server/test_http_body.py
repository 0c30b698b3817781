"""Bodies read piece by piece: by length, in chunks, as forms; whole, cut off and malformed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server import _http_body
from langchain_imessage.testing.openai_server._http_body import (
    BodyReader,
    FormReader,
)

if TYPE_CHECKING:
    from langchain_imessage.testing.openai_server._http_body import FormPart

FORM = (
    b"a preamble\r\n"
    b"--B\r\n"
    b'content-disposition: form-data; name="purpose"\r\n\r\n'
    b"fine-tune\r\n"
    b"--B\r\n"
    b'Content-Type: text/plain\r\nContent-Disposition: form-data; name="file"; '
    b'filename="train.jsonl"\r\n\r\n'
    b"one\r\n--\r\n--b\r\n\r\n\r\n"
    b"--B--\r\nan epilogue"
)
PARTS = [
    ("purpose", None, b"fine-tune"),
    ("file", "train.jsonl", b"one\r\n--\r\n--b\r\n\r\n"),
]
KIND = "multipart/form-data; boundary=B"


class Trickle(io.BytesIO):
    """Gives a few bytes at a time, as a network may."""

    most = 1

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(self.most, size) if size and size > 0 else self.most)


def body(content: bytes, source: type[io.BytesIO] = io.BytesIO) -> BodyReader:
    return BodyReader(source(content), {"Content-Length": str(len(content))})


def chunked(content: bytes) -> BodyReader:
    return BodyReader(io.BytesIO(content), {"Transfer-Encoding": "chunked"})


def whole(part: FormPart) -> tuple[str, str | None, bytes]:
    return part.name, part.filename, b"".join(part.pieces)


def form(content: bytes, kind: str = KIND) -> list[Any]:
    return [whole(part) for part in FormReader(body(content), kind).parts()]


def test_a_body_ends_where_its_length_says() -> None:
    source = io.BytesIO(b"onetwo")
    reader = BodyReader(source, {"Content-Length": "3"})
    assert reader.read_all(10) == b"one"
    assert source.read() == b"two"
    assert reader.size == 3


def test_a_body_without_a_length_is_empty() -> None:
    assert BodyReader(io.BytesIO(b"two"), {}).read() == b""


def test_a_body_may_come_in_chunks() -> None:
    reader = chunked(b"3\r\none\r\nA;x=y\r\n0123456789\r\n0\r\nX: y\r\n\r\nGET")
    assert reader.read_all(100) == b"one0123456789"
    assert reader.read() == b""


@pytest.mark.parametrize(
    "content", [b"", b"x\r\n", b"-1\r\n", b"fffffffff\r\n", b"5\r\none"]
)
def test_bad_chunks_end_the_connection(content: bytes) -> None:
    with pytest.raises(ConnectionError):
        chunked(content).drain()


def test_a_body_that_ends_early_ends_the_connection() -> None:
    with pytest.raises(ConnectionResetError):
        BodyReader(io.BytesIO(b"on"), {"Content-Length": "3"}).drain()


def test_a_length_that_is_no_number_ends_the_connection() -> None:
    with pytest.raises(ConnectionResetError):
        BodyReader(io.BytesIO(b"on"), {"Content-Length": "-3"})


def test_more_than_is_taken_is_refused() -> None:
    with pytest.raises(RequestRefusedError) as caught:
        body(b"x" * 11).read_all(10)
    assert caught.value.status == 413


def test_a_cut_is_played_at_its_byte() -> None:
    reader = body(b"x" * 100)
    reader.cut_after = 7
    with pytest.raises(ConnectionAbortedError):
        reader.drain()
    assert reader.size == 7


def test_what_does_not_end_is_not_drained_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_http_body, "MOST_DRAINED", 10)
    with pytest.raises(ConnectionAbortedError):
        body(b"x" * 11).drain()


def test_a_form_has_its_parts_byte_by_byte() -> None:
    reader = FormReader(body(FORM, Trickle), KIND)
    assert [whole(part) for part in reader.parts()] == PARTS


def test_parts_the_caller_leaves_are_passed_over() -> None:
    names = [part.name for part in FormReader(body(FORM), KIND).parts()]
    assert names == ["purpose", "file"]


def test_a_form_cut_off_anywhere_is_refused() -> None:
    end = FORM.index(b"--B--") + 4
    for length in range(end):
        with pytest.raises(RequestRefusedError):
            form(FORM[:length])


@given(
    content=st.lists(
        st.sampled_from([b"\r", b"\n", b"-", b"B", b"\r\n--", b"\r\n--A", b"x"])
    ).map(b"".join),
    most=st.integers(1, 9),
)
def test_any_content_arrives_as_it_was_sent(content: bytes, most: int) -> None:
    if b"\r\n--B" in b"\r\n" + content:
        return
    sent = b'--B\r\nContent-Disposition: form-data; name="f"\r\n\r\n'
    sent += content + b"\r\n--B--\r\n"
    source = type("Source", (Trickle,), {"most": most})
    (part,) = FormReader(body(sent, source), KIND).parts()
    assert part.name == "f"
    (again,) = [whole(each) for each in FormReader(body(sent, source), KIND).parts()]
    assert again == ("f", None, content)


def test_a_large_file_is_never_whole_in_memory() -> None:
    head = b'--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    content = b"x" * (1 << 20)
    reader = FormReader(body(head + content + b"\r\n--B--\r\n"), KIND)
    (sizes,) = [[len(piece) for piece in part.pieces] for part in reader.parts()]
    assert sum(sizes) == len(content)
    assert max(sizes) <= 2 * _http_body.PIECE


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain; boundary=B", "multipart/form-data", KIND + "x" * 70],
)
def test_only_a_form_with_a_boundary_is_a_form(kind: str) -> None:
    with pytest.raises(RequestRefusedError, match="multipart"):
        form(FORM, kind)


def test_endless_headers_of_a_part_are_refused() -> None:
    with pytest.raises(RequestRefusedError, match="headers are too long"):
        form(b"--B\r\n" + b"x" * 1_000_000)


def test_too_many_parts_are_refused() -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n'
    with pytest.raises(RequestRefusedError, match="too many parts"):
        form(part * 101 + b"--B--\r\n")


def test_a_file_may_have_a_name_of_any_script() -> None:
    sent = (
        b"--B\r\nContent-Disposition: form-data; name=\"f\"; filename*=UTF-8''%C3%A9"
        b"\r\n\r\nx\r\n--B--\r\n"
    )
    assert form(sent) == [("f", "é", b"x")]
