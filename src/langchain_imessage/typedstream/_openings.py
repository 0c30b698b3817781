"""A shortcut past how nearly all bodies begin; the grammar is `_decoder`'s.

Reading that takes half the time of an ordinary body, with the same result each time. What
does not begin so is left to `Decoder.read_stream`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.typedstream._byte_reader import END, FIRST_RESERVED
from langchain_imessage.typedstream._decoder import Decoder, Tables
from langchain_imessage.typedstream._encoder import dumps
from langchain_imessage.typedstream._plain_bodies import PART, RUN_HEAD
from langchain_imessage.typedstream._values import AttributedString, Run, Value

if TYPE_CHECKING:
    from langchain_imessage.typedstream._foundation import Groups

_MARK, _NUMBER = "x", 7
"""A text and a part's number, to find them again."""


class BodyDecoder(Decoder):
    """Reads one stream, sooner if it is a message's body."""

    __slots__ = ()

    def root(self) -> Value:
        """Read the header and the object behind it; ignore what follows."""
        for opening in _openings():
            if self.skip(opening.data):
                return self._continue(opening)
        return self.read_stream()

    def _continue(self, opening: _Opening) -> Value:
        """Continue behind an opening, as if it had been read.

        Where the first run does not follow as it does nearly always, start over: until
        then nothing is in the tables.
        """
        raw = self.unshared()
        if raw is None or not self.skip(RUN_HEAD):
            return self.read_stream()
        length = self.unsigned_of(32)
        if not self.skip(opening.run):
            return self.read_stream()
        groups: Groups = [(self.signed(),)]
        part = self._part_behind(opening)
        self.resume_from(opening.tables if part is None else opening.with_part)
        objects = self._objects
        objects[opening.text] = text = raw.decode("utf-8", "replace")
        if part is not None:
            objects[opening.number] = part
            groups += [(PART,), (part,)]
        place = opening.attributes
        self._depth = 2
        attributes = self._finish(place, objects[place + 1], groups)
        self._depth = 1
        groups = [(text,), (1, length), (attributes,)]
        value: Value = self._finish(0, objects[1], groups)
        return value

    def _part_behind(self, opening: _Opening) -> int | None:
        """Read the first attribute if it is a part's number, as it nearly always is."""
        data, place = self._data, self.position + len(opening.part)
        if not data.startswith(opening.part, self.position):
            return None
        part = data[place]
        if part >= FIRST_RESERVED or data[place + 1] != END:
            return None
        self.position = place + 2
        return part


class _Opening(NamedTuple):
    """How nearly all bodies begin, up to their text, and how their first run does.

    Attributes:
        data: The bytes up to the text.
        run: The bytes from the first run's length to the number of its attributes.
        part: The bytes from there to a part's number, if that is the first of them.
        tables: The tables behind the number of attributes.
        with_part: Those behind the part's number.
        text: The text's place among the objects.
        attributes: That of the first run's attributes.
        number: That of the part's number.
    """

    data: bytes
    run: bytes
    part: bytes
    tables: Tables
    with_part: Tables
    text: int
    attributes: int
    number: int


@cache
def _openings() -> tuple[_Opening, ...]:
    """Read the openings of both kinds of body by the general path, once."""
    return _opening(mutable=True), _opening(mutable=False)


def _opening(*, mutable: bool) -> _Opening:
    empty, unnumbered = _read_through({}, mutable=mutable)
    whole, numbered = _read_through({PART: _NUMBER}, mutable=mutable)
    ends = bytes((END, END))
    data, _, rest = empty.partition(b"\x01" + _MARK.encode() + RUN_HEAD)
    run = rest.removesuffix(ends)[1:-1]
    _, _, rest = whole.partition(run)
    return _Opening(
        data=data,
        run=run,
        part=rest.removesuffix(bytes((_NUMBER, END)) + ends)[1:],
        tables=unnumbered.tables(),
        with_part=numbered.tables(),
        text=unnumbered.index_of(_MARK),
        attributes=unnumbered.index_of({}),
        number=numbered.index_of(_NUMBER),
    )


def _read_through(
    attributes: dict[str, Value], *, mutable: bool
) -> tuple[bytes, Decoder]:
    """Write a body of one run, and read it."""
    run = Run(length=1, attributes=attributes)
    body = dumps(AttributedString(text=_MARK, runs=(run,)), mutable=mutable)
    decoder = Decoder(body)
    decoder.read_stream()
    return body, decoder
