"""Image attachments → LangChain image content blocks; the only place that decodes a picture.

Sits on a content policy: what that makes of a message comes first, its images behind. A
picture is a stranger's file: which one is opened, by which decoder and how large is decided
before it is decoded, and whatever fails costs that picture alone.
"""

from __future__ import annotations

import base64
import io
import warnings
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from langchain_imessage.chatdb import annotate
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.files import read_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_imessage.chatdb import ContentPolicy
    from langchain_imessage.records import Attachment, Message

LONGEST_SIDE: Final = 1024
"""Pixels. Vision models look at no more of a picture at once (OpenAI's tiles begin at
512), and a file of examples grows with each."""

MOST_PIXELS: Final = 64_000_000
"""A larger picture is not decoded: a telephone's have up to 48 million, its panoramas 60,
and four bytes of memory each."""

MOST_BYTES: Final = 64 * 1024 * 1024
"""A larger file is not read: the largest pictures of telephones take some 30 MB."""

FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF", "TIFF", "BMP")
"""What is decoded, by content and not by name: what Messages sends. Pillow knows forty
more, and for some of them starts another program."""

_QUALITY = 85


def with_images(
    content: Literal["text", "annotated"] | ContentPolicy,
    *,
    folders: Sequence[Path],
) -> ContentPolicy:
    """Make a policy one that also shows images.

    Args:
        content: What makes the words.
        folders: Where images may be; one elsewhere, also by a link, is not opened.

    Returns:
        A policy: a message with images that are there becomes a list of blocks.

    Raises:
        MissingDependencyError: If pillow or a decoder of HEIF is not installed.
    """
    _pillow()
    words = content if callable(content) else _WORDS[content]
    roots = tuple(folder.resolve() for folder in folders)

    return partial(_with_images, words, roots)  # unlike a closure it can be pickled


def _with_images(
    words: ContentPolicy, roots: tuple[Path, ...], message: Message
) -> str | list[Any] | None:
    text = words(message)
    attachments = message.details.attachments if message.details else ()
    images = [block for a in attachments if (block := _block(a, roots))]
    if not images:
        return text
    if isinstance(text, str):
        text = [{"type": "text", "text": text}] if text else []
    return [*(text or []), *images]


_WORDS: dict[str, ContentPolicy] = {
    "text": attrgetter("text"),
    "annotated": annotate(),
}


def _block(attachment: Attachment, roots: tuple[Path, ...]) -> dict[str, str] | None:
    """Return an image as a block; None if it is none, is not there, or is damaged."""
    if attachment.kind != "image" or not attachment.exists or not attachment.path:
        return None
    try:
        raw = read_within(Path(attachment.path), roots, most=MOST_BYTES)
        if raw is None:
            return None
        data = base64.b64encode(as_jpeg(raw)).decode()
    except Exception:  # noqa: BLE001 - decoders raise anything on a damaged file
        return None
    return {"type": "image", "base64": data, "mime_type": "image/jpeg"}


def as_jpeg(raw: bytes) -> bytes:
    """Decode, scale and encode a picture anew, as pixels only.

    Raises:
        Exception: Of any kind, if it is too large, damaged, or of no known format.
    """
    image_module = _pillow()
    known = [name for name in FORMATS if name in image_module.OPEN]
    with (
        warnings.catch_warnings(action="ignore"),  # of tags that are damaged
        image_module.open(io.BytesIO(raw), formats=known) as image,
    ):
        if image.width * image.height > MOST_PIXELS:
            raise ValueError
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = _upright(image).convert("RGB")
        # A new picture: comments, places and times, profiles and names stay behind.
        pixels = image_module.new("RGB", upright.size)
        pixels.paste(upright)
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _upright(image: Any) -> Any:
    from PIL import ImageOps  # noqa: PLC0415

    return ImageOps.exif_transpose(image)


@cache
def _pillow() -> Any:
    try:
        from PIL import Image  # noqa: PLC0415
    except ImportError as error:
        raise MissingDependencyError("pillow", extra="images") from error
    Image.init()
    _heif_decoder().register_heif_opener()
    return Image


def _heif_decoder() -> Any:
    """Import pi-heif, which only decodes; or pillow-heif, whose wheels are under the GPL."""
    try:
        import pi_heif  # noqa: PLC0415
    except ImportError:
        try:
            import pillow_heif  # noqa: PLC0415
        except ImportError as error:
            raise MissingDependencyError("pi-heif", extra="images") from error
        return pillow_heif
    return pi_heif
