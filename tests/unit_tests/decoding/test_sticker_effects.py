"""Which effect a sticker has is found in its picture's metadata, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.decoding._sticker_effects import sticker_effect

ATTRIBUTE = b'<rdf:Description stickerEffect:type="%s"/>'
ELEMENT = b"<stickerEffect:type>%s</stickerEffect:type>"
WHOLE = b"\0\0\0\x1cftypheic" + ATTRIBUTE % b"stroke" + b"\xff\xd8"


@pytest.mark.parametrize("form", [ATTRIBUTE, ELEMENT])
@pytest.mark.parametrize(
    ("stored", "effect"),
    [
        (b"stroke", "outline"),
        (b"iridescent", "shiny"),
        (b"comic", "comic"),
        (b"puffy", "puffy"),
        (b"brushed", "brushed"),
        (b"none", None),
        (b"", None),
        (b"x" * 33, None),
        (b"\x1b[31m", None),
    ],
)
def test_an_effect_is_named_as_messages_does(
    form: bytes, stored: bytes, effect: str | None
) -> None:
    assert sticker_effect(b"\xff\xd8" + form % stored + b"\0") == effect


def test_a_picture_that_is_cut_has_the_effect_or_none() -> None:
    for end in range(len(WHOLE)):
        assert sticker_effect(WHOLE[:end]) in {None, "outline"}
    assert sticker_effect(WHOLE) == "outline"


@given(st.binary(max_size=200))
def test_any_bytes_have_a_plain_name_or_none(data: bytes) -> None:
    name = sticker_effect(data + b'stickerEffect:type="' + data)
    assert name is None or name.isalpha()
