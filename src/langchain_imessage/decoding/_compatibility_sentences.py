"""What is sent as a sentence to devices that show no other form: tapbacks, removals and edits.

`Liked “see you at eight”`, `Removed a heart from an image`, `Edited to “see you at nine”`:
phones that are too old, and those of other makers, send and get these as ordinary text, in
their owner's language. This file only parses; a caller believes a sentence only if what it
quotes was said, for people write such sentences themselves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.decoding._sentence_forms import ADDED, EDITED, OBJECTS, REMOVED
from langchain_imessage.text import text_key

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = "\u200a\u200b\u2009\ufeff "
"""What Google Messages puts around its sentences, and around what they quote."""

_BLANKS = _FENCE + "\u00a0\u202f"

_QUOTES = "“”„«»‹›‘’‚\"'「」『』"
"""What encloses a quotation: each language has its own pair, and some turn it round."""

_ALIKE = str.maketrans(
    {
        **dict.fromkeys(_QUOTES, '"'),
        **dict.fromkeys("'’", "'"),
        **dict.fromkeys("\u00a0\u202f", " "),
        "！": "!",
    }
)
"""Characters phones write for one another; each is one for one."""

_EMOJI = re.compile(
    r"[\u200a\u200b]*(?:[0-9#*]\ufe0f?\u20e3|\u2139\ufe0f?|[^\w\s\"“”„«»「」]{1,24})"
    r"[\u200a\u200b]*"
)
"""One emoji, however many code points its sequence has: a family with skin tones has
fifteen, a flag seven. None is a letter, but for a key's digit and the sign for information."""

_SIGNS = frozenset(
    map(
        chr,
        chain(
            range(0x2300, 0x2400),
            range(0x25AA, 0x27C0),
            range(0x2B05, 0x2B56),
            range(0x1F170, 0x1FB00),
            map(ord, "©®‼⁉™ℹ↔↕↖↗↘↙↩↪⤴⤵〰〽㊗㊙"),
        ),
    )
)
"""What an emoji begins with, but for the keys."""

_KEYS = frozenset(f"{key}{seal}" for key in "0123456789#*" for seal in "\ufe0f\u20e3")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTapback:
    """A sentence that may be a tapback.

    Attributes:
        kind: As `records.Reaction.kind`.
        emoji: The emoji, where the kind is emoji.
        removed: Whether it removes the reaction.
        quoted: The words it quotes; None where its target has none.
    """

    kind: str
    emoji: str | None = None
    removed: bool = False
    quoted: str | None = field(default=None, repr=False)


class _Form(NamedTuple):
    """A sentence without its quotation.

    Attributes:
        kind: Of the reaction.
        is_removal: Whether it takes the reaction away.
        before: What stands before the quotation; `{}` is an emoji.
        after: What stands behind it.
    """

    kind: str
    is_removal: bool
    before: str
    after: str


def _forms() -> Iterator[_Form]:
    for table, is_removal in ((ADDED, False), (REMOVED, True)):
        for kind, forms in table.items():
            for form in forms:
                before, _, after = form.partition("…")
                yield _Form(kind, is_removal, before, after)


def _beginning(text: str) -> str:
    """Return what sentences are looked up by: where they all have it, three characters."""
    return text.partition("{}")[0][:_LOOKED_AT]


class _Alike(NamedTuple):
    """The forms that begin alike.

    Attributes:
        forms: All of them.
        endings: What those end with that end with something.
        open: The others.
    """

    forms: list[_Form]
    endings: tuple[str, ...]
    open: list[_Form]


def _ending(form: _Form) -> str:
    """Return what a sentence has at its end, behind the quotation and an emoji."""
    return form.after.rpartition("{}")[2]


def _by_beginning() -> dict[str, _Alike]:
    found: defaultdict[str, list[_Form]] = defaultdict(list)
    for form in _forms():
        found[_beginning(form.before)].append(form)
    return {
        beginning: _Alike(
            forms,
            tuple(filter(None, map(_ending, forms))),
            [form for form in forms if not _ending(form)],
        )
        for beginning, forms in found.items()
    }


_LOOKED_AT = 3
_BY_BEGINNING = _by_beginning()
_EDITS = [form.partition("…")[::2] for form in EDITED]


def _by_first_letters() -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for before in chain(
        (form.before for form in _forms()), (before for before, _ in _EDITS)
    ):
        beginning, whole = _beginning(before), before.partition("{}")[0]
        for written in (
            beginning,
            beginning.replace("'", "’"),
            beginning.replace(" ", "\u00a0"),
        ):
            found[written].add(whole)
    del found[""]
    signs = dict.fromkeys({*_FENCE, *_QUOTES, *_SIGNS, *_KEYS}, ("",))
    return signs | {first: tuple(wholes) for first, wholes in found.items()}


_BEGINNINGS = _by_first_letters()
"""What sentences begin with, by its first three characters, or all of it if it is shorter."""

_MOST_LOOKED_AT = max(map(len, chain.from_iterable(_BEGINNINGS.values())))

FIRST_LETTERS = frozenset(text[0] for text in _BEGINNINGS) - frozenset("'’”")
"""What a sentence can begin with: rules most texts out without a call."""


def may_be_sentence(text: str) -> bool:
    """Return whether a text that begins with one of the `FIRST_LETTERS` may be a sentence.

    Args:
        text: The words of a message.
    """
    for length in range(_LOOKED_AT, 0, -1):
        wholes = _BEGINNINGS.get(text[:length])
        if wholes and text[:_MOST_LOOKED_AT].translate(_ALIKE).startswith(wholes):
            return True
    return False


def parse_text_tapback(text: str) -> TextTapback | None:
    """Parse a sentence that may be a tapback.

    Args:
        text: The words of a message.

    Returns:
        What it would be as a tapback; None for any other text.
    """
    if text[:1] not in FIRST_LETTERS or not may_be_sentence(text):
        return None
    text = text.strip(_FENCE)
    alike = text.translate(_ALIKE)
    for form in _forms_of(alike):
        if found := _inside(form, alike):
            emoji, start, end = found
            rest = text[start:end].strip(_BLANKS)
            quoted = _quotation(rest)
            if quoted is None and rest.translate(_ALIKE) not in OBJECTS:
                continue
            return TextTapback(
                kind=form.kind, emoji=emoji, removed=form.is_removal, quoted=quoted
            )
    return None


def parse_text_edit(text: str) -> str | None:
    """Parse a sentence that may be an edit of an earlier message.

    Args:
        text: The words of a message.

    Returns:
        The words the edit left; None for any other text.
    """
    if text[:1] not in FIRST_LETTERS or not may_be_sentence(text):
        return None
    text = text.strip(_FENCE)
    for before, after in _EDITS:
        if text.startswith(before) and text.endswith(after):
            return _quotation(text[len(before) : len(text) - len(after)]) or None
    return None


def quotes(quoted: str, text: str) -> bool:
    """Return whether a quotation is of a text.

    Args:
        quoted: As the sentence has it: all of the text, or its beginning and an ellipsis.
        text: The words of a message.

    Returns:
        Whether it is; blanks around either do not count, nor do the encoding of letters
        and the shape of quotation marks, which phones change.
    """
    quoted, text = quoted.strip(), text.strip()
    if _begin_apart(quoted[:2], text[:2]):  # nearly always, and before any other work
        return False
    if not (quoted.isascii() and text.isascii()):
        quoted, text = text_key(quoted), text_key(text)
    if quoted == text:
        return True
    for ellipsis in ("…", "..."):
        beginning = quoted.removesuffix(ellipsis)
        if beginning != quoted:
            return bool(beginning.strip()) and text.startswith(beginning.rstrip())
    return False


def _begin_apart(one: str, other: str) -> bool:
    """Return whether two texts begin with letters that no encoding makes equal."""
    if not (one.isascii() and other.isascii() and one[:1].isalnum()):
        return False
    return other[:1].isalnum() and one[0].lower() != other[0].lower()


def _forms_of(alike: str) -> Iterator[_Form]:
    """Yield the forms a text may have, those with the longest beginning first."""
    for length in range(_LOOKED_AT, -1, -1):
        found = _BY_BEGINNING.get(alike[:length])
        if found is not None:
            # Scores of forms begin with the quotation: they are told by their endings.
            yield from found.forms if alike.endswith(found.endings) else found.open


def _inside(form: _Form, alike: str) -> tuple[str | None, int, int] | None:
    """Return the emoji of a sentence, and where its quotation begins and ends."""
    before, after = form.before, form.after
    if form.kind != "emoji":
        if alike.startswith(before) and alike.endswith(after):
            return None, len(before), len(alike) - len(after)
        return None
    if "{}" in before:
        head, tail = before.split("{}")
        if not (alike.startswith(head) and alike.endswith(after)):
            return None
        start, end = len(head), alike.find(tail, len(head) + 1)
        place = end + len(tail), len(alike) - len(after)
    else:
        head, tail = after.split("{}")
        if not (alike.startswith(before) and alike.endswith(tail)):
            return None
        end = len(alike) - len(tail)
        start = alike.rfind(head, 0, end)
        place = len(before), start
        start += len(head)
    if min(end, *place) < 0 or not _EMOJI.fullmatch(alike, start, end):
        return None
    return alike[start:end].strip(_FENCE), *place


def _quotation(rest: str) -> str | None:
    rest = rest.strip(_BLANKS)
    if len(rest) > 1 and rest[0] in _QUOTES and rest[-1] in _QUOTES:
        return rest[1:-1].strip(_BLANKS)
    return None
