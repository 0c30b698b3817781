"""The body of a request, read piece by piece: by length, in chunks, and as a form.

The one place of the fine-tuning server that touches a request's bytes. It never holds more
of a body than a piece, believes no length before checking it, and answers nonsense with a
`RequestRefusedError`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING, BinaryIO

from langchain_imessage.errors import RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PIECE = 1 << 16
"""Bytes read at a time: large enough for speed, small enough for any machine."""

LONGEST_HEAD = 1 << 13
"""Bytes of a form part's headers; a client's own are under 300."""

MOST_PARTS = 100
"""Parts of a form; an upload has under ten."""

MOST_DRAINED = 1 << 30
"""Bytes read of a request that is refused already: twice the largest that is not."""

LONGEST_CHUNK_LINE = 1 << 10
"""Bytes of the line that says how long a chunk is: a number, perhaps a remark."""

LONGEST_BOUNDARY = 70
"""Characters of a form's boundary, RFC 2046's own limit."""


class BodyReader:
    """Reads the body of one request, never beyond its end.

    Args:
        source: The connection, at the first byte of the body.
        headers: The request's headers: its length, or that it comes in chunks.

    Attributes:
        size: How many bytes have been read.
        cut_after: Play a cut connection after so many bytes; None to read on.
    """

    def __init__(self, source: BinaryIO, headers: Mapping[str, str]) -> None:
        self._source = source
        coding = headers.get("Transfer-Encoding", "").strip().lower()
        self._is_chunked = coding == "chunked"
        self._left = 0 if self._is_chunked else _length(headers)
        self._is_over = not self._is_chunked and not self._left
        self.size = 0
        self.cut_after: int | None = None

    def read(self, most: int = PIECE) -> bytes:
        """Read some bytes; none at the end.

        Raises:
            ConnectionError: If the connection ends before the body does.
        """
        if self.cut_after is not None and self.size >= self.cut_after:
            raise ConnectionAbortedError("cut, as was asked for")
        if self._is_chunked and not self._left and not self._is_over:
            self._next_chunk()
        if self._is_over:
            return b""
        if self.cut_after is not None:
            most = min(most, self.cut_after - self.size)
        piece = self._source.read(min(most, self._left))
        if not piece:
            raise ConnectionResetError("the connection ended within a body")
        self.size += len(piece)
        self._left -= len(piece)
        self._is_over = not self._is_chunked and not self._left
        return piece

    def read_all(self, most: int) -> bytes:
        """Read what is left, which must not be more than so many bytes."""
        pieces = []
        while piece := self.read():
            pieces.append(piece)
            if self.size > most:
                raise RequestRefusedError("the request is too large", status=413)
        return b"".join(pieces)

    def drain(self) -> None:
        """Read what is left and forget it, so that the client can hear the answer."""
        while self.read():
            if self.size > MOST_DRAINED:
                raise ConnectionAbortedError("this does not end")

    def _next_chunk(self) -> None:
        if self.size:
            self._source.readline(LONGEST_CHUNK_LINE)  # ends the chunk before
        line = self._source.readline(LONGEST_CHUNK_LINE).split(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", line):
            raise ConnectionResetError("a chunk does not say how long it is")
        self._left = int(line, 16)
        self._is_over = not self._left
        while self._is_over and self._source.readline(LONGEST_CHUNK_LINE).strip():
            pass  # a trailer


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("Content-Length", "0")
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ConnectionResetError("Content-Length is no number")
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPart:
    """A field of a form, its content still on the way.

    Attributes:
        name: The field's name.
        filename: The file's name; None where it is no file.
        pieces: The content; to be taken before the next part is asked for.
    """

    name: str
    filename: str | None
    pieces: Iterator[bytes]


class FormReader:
    """Reads a multipart form part by part, holding no more than a piece of it.

    Args:
        body: The request's body.
        content_type: The request's Content-Type.

    Raises:
        RequestRefusedError: If it is no form, here or while reading.
    """

    def __init__(self, body: BodyReader, content_type: str) -> None:
        header = Message()
        header["Content-Type"] = content_type
        boundary = header.get_boundary("")
        is_form = header.get_content_type() == "multipart/form-data"
        if not is_form or not 0 < len(boundary) <= LONGEST_BOUNDARY:
            raise _malformed("the body must be multipart/form-data with a boundary")
        self._body = body
        self._delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
        self._buffer = bytearray(b"\r\n")  # as if a line had ended before the first

    def parts(self) -> Iterator[FormPart]:
        """Read the parts, in order."""
        for _ in self._until_delimiter():
            pass  # what stands before the first part means nothing
        for _ in range(MOST_PARTS):
            if self._take(2) == b"--":
                self._body.drain()
                return
            part = self._part()
            yield part
            for _ in part.pieces:
                pass  # what the caller left
        raise _malformed("the form has too many parts")

    def _part(self) -> FormPart:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > LONGEST_HEAD:
                break
            self._fill()
        if not 0 <= end <= LONGEST_HEAD:
            raise _malformed("a part's headers are too long")
        head = self._take(end + 4).decode("utf-8", "replace")
        fields = Message()
        for line in head.split("\r\n"):
            name, _, value = line.partition(":")
            if name.strip().lower() == "content-disposition":
                fields["Content-Disposition"] = value.strip()
        return FormPart(
            name=_parameter(fields, "name") or "",
            filename=_parameter(fields, "filename"),
            pieces=self._until_delimiter(),
        )

    def _until_delimiter(self) -> Iterator[bytes]:
        while (at := self._buffer.find(self._delimiter)) < 0:
            # All but what could be the beginning of a delimiter.
            if (safe := len(self._buffer) - len(self._delimiter) + 1) > 0:
                yield self._take(safe)
            self._fill()
        if at:
            yield self._take(at)
        self._take(len(self._delimiter))

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._fill()
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _fill(self) -> None:
        piece = self._body.read()
        if not piece:
            raise _malformed("the form ends before its last boundary")
        self._buffer += piece


def _parameter(fields: Message, name: str) -> str | None:
    value = fields.get_param(name, header="Content-Disposition")
    return None if value is None else collapse_rfc2231_value(value)


def _malformed(message: str) -> RequestRefusedError:
    return RequestRefusedError(f"Could not parse multipart form: {message}")
