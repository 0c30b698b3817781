"""What the runs of a text are marked with: mentions, links, styles, one-time codes.

Reads attributes by name; what the text is, and how it is cut into bubbles, is
`_attributed_body`'s part. All it collects is bounded by the size of the body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.records import Link, Mention, Style
from langchain_imessage.typedstream import URL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_imessage.typedstream import Value

MENTION = "__kIMMentionConfirmedMention"
LINK = "__kIMLinkAttributeName"
EFFECT = "__kIMTextEffectAttributeName"
ONE_TIME_CODE = "__kIMOneTimeCodeAttributeName"

STYLES = {
    "__kIMTextBoldAttributeName": "bold",
    "__kIMTextItalicAttributeName": "italic",
    "__kIMTextUnderlineAttributeName": "underline",
    "__kIMTextStrikethroughAttributeName": "strikethrough",
}
EFFECTS = {
    4: "ripple",
    5: "big",
    6: "bloom",
    8: "nod",
    9: "shake",
    10: "jitter",
    11: "small",
    12: "explode",
}
_STYLED = frozenset((*STYLES, EFFECT))
_ADDRESSES = (URL, str)

MARKS = _STYLED | {MENTION, LINK, ONE_TIME_CODE}
"""The attributes that mark words."""


class TextMarks:
    """Collects what the runs of a text are marked with.

    Args:
        size: The body's, in bytes. Addresses that are built on others have no more
            letters together: many may have one long base.
    """

    def __init__(self, size: int) -> None:
        self.mentions: list[Mention] = []
        self.links: list[Link] = []
        self.styles: list[Style] = []
        self.codes: list[str] = []
        self._letters_left = size

    def add(
        self, text: str, attributes: Mapping[str, Value], part: int, start: int
    ) -> None:
        """Add the marks of a run's words, which begin at a letter of their bubble."""
        person = text_of(attributes, MENTION)
        if person is not None:
            self.mentions.append(Mention(name=text, person=person, part=part))
        url = attributes.get(LINK)
        if isinstance(url, _ADDRESSES):
            address = self._address(url)
            if address is not None:
                self.links.append(Link(url=address, text=text))
        code: Any = attributes.get(ONE_TIME_CODE)
        if isinstance(code, dict) and (digits := text_of(code, "code")):
            self.codes.append(digits)
        if not _STYLED.isdisjoint(attributes):
            self.styles += [
                Style(kind=kind, start=start, length=len(text), part=part)
                for kind in _kinds(attributes)
            ]

    def found(
        self,
    ) -> tuple[
        tuple[Mention, ...], tuple[Link, ...], tuple[Style, ...], tuple[str, ...]
    ]:
        """Return the mentions, links, styles and codes, in order."""
        return (
            tuple(self.mentions),
            tuple(self.links),
            tuple(self.styles),
            tuple(self.codes),
        )

    def _address(self, url: URL | str) -> str | None:
        """Return a link's address; None where the body is too small for it."""
        if isinstance(url, str):
            return url
        pieces = [url.relative]
        while url.base is not None:
            url = url.base
            pieces.append(url.relative)
        if len(pieces) > 1:
            self._letters_left -= sum(map(len, pieces))
            if self._letters_left < 0:
                return None
        return "".join(reversed(pieces))


def _kinds(attributes: Mapping[str, Value]) -> list[str]:
    kinds = [kind for name, kind in STYLES.items() if attributes.get(name)]
    effect: Any = attributes.get(EFFECT)
    if isinstance(effect, int) and effect in EFFECTS:
        kinds.append(EFFECTS[effect])
    return kinds


def text_of(attributes: Mapping[str, Value], name: str) -> str | None:
    """Return an attribute that is a text; None for an empty one, too."""
    value = attributes.get(name)
    return value if isinstance(value, str) and value else None
