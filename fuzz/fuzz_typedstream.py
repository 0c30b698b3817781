"""Fuzz the typedstream decoder and its shortcuts.

    python fuzz/fuzz_typedstream.py -max_total_time=60

The invariant: any bytes give a value or a `TypedStreamError`, nothing else, and a text a
shortcut gives is the decoder's, also where the shortcut has learned from these bytes.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["langchain_imessage"]):
    from langchain_imessage.errors import TypedStreamError
    from langchain_imessage.testing import archive_body
    from langchain_imessage.typedstream import (
        URL,
        AttributedString,
        Run,
        dumps,
        loads,
        plain_text,
        salvage_text,
    )
    from langchain_imessage.typedstream._openings import BodyDecoder
    from langchain_imessage.typedstream._words_alone import WordsAlone
    from langchain_imessage.typedstream.shapes._learned_shapes import LearnedShapes


SHAPES = LearnedShapes()
"""Those of the seeds: what is fuzzed is a body of them, damaged."""


def fuzz(data: bytes) -> None:
    """Decode one input in all ways."""
    quick = plain_text(data)
    bodies = WordsAlone(lambda _: True)
    *_, learned = bodies.texts([data] * 3)
    salvage_text(data)
    try:
        value = BodyDecoder(data).root()
    except TypedStreamError:
        value = None
    try:
        known = loads(data)
    except TypedStreamError:
        known = None
    if written(known) != written(value):
        raise AssertionError("the shapes of before and the decoder disagree")
    of_shape = SHAPES.value(data)
    if of_shape is not None and written(of_shape) != written(value):
        raise AssertionError("its shape and the decoder disagree")
    if quick is not None and getattr(value, "text", None) != quick:
        raise AssertionError("the shortcut and the decoder disagree")
    if learned is not None and getattr(value, "text", None) != learned:
        raise AssertionError("the learned shortcut and the decoder disagree")


def written(value: object) -> str:
    """Write all there is in a value: two that are no numbers are the same."""
    return str(asdict(Run(length=0, attributes={"value": value})))


def write_seeds(folder: Path) -> None:
    """Begin with streams that hold something of everything."""
    link = Run(length=3, attributes={"link": URL(relative="https://example.com")})
    direction = {"__kIMMessagePartAttributeName": 0, "direction": 1}
    seeds = [
        dumps(
            AttributedString(text="abc", runs=(Run(length=3, attributes=direction),))
        ),
        archive_body("see you at eight 👋"),
        archive_body("one \ufffc two", mutable=False),
        dumps(AttributedString(text="abc", runs=(link,))),
        dumps(
            AttributedString(
                text="abc",
                runs=(
                    Run(length=1, attributes={"guid": "at_0", "data": b"bplist00"}),
                    Run(length=2, attributes=direction),
                ),
            )
        ),
        dumps({"a": (1, 2.5, True, b"bytes", 2**40)}),
    ]
    for number, seed in enumerate(seeds):
        SHAPES.value(seed)
        (folder / str(number)).write_bytes(seed)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        write_seeds(Path(name))
        atheris.Setup([*sys.argv, name], fuzz)
        atheris.Fuzz()
