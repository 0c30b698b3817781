"""Image attachments → LangChain image content blocks; the only place that opens a picture.

Sits on a content policy: what that makes of a message comes first, its images behind.
"""

from __future__ import annotations

import base64
import io
from functools import cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from langchain_imessage.chatdb import annotate
from langchain_imessage.errors import MissingDependencyError

if TYPE_CHECKING:
    from langchain_imessage.chatdb import ContentPolicy
    from langchain_imessage.records import Attachment, Message

LONGEST_SIDE = 1024
"""Pixels. Vision models look at no more of a picture at once (OpenAI's tiles begin at
512), and a file of examples grows with each."""

MOST_PIXELS = 200_000_000
"""A larger picture is not opened: unpacked, it would be most of a machine's memory."""

_QUALITY = 85


def with_images(
    content: Literal["text", "annotated"] | ContentPolicy,
) -> ContentPolicy:
    """Make a policy one that also shows images.

    Args:
        content: What makes the words.

    Returns:
        A policy: a message with images that are there becomes a list of blocks.

    Raises:
        MissingDependencyError: If pillow or pillow-heif is not installed.
    """
    _pillow()
    words = content if callable(content) else _WORDS[content]
    return partial(_with_images, words)  # unlike a closure it can be pickled


def _with_images(words: ContentPolicy, message: Message) -> str | list[Any] | None:
    said = words(message)
    attachments = message.details.attachments if message.details else ()
    images = [block for a in attachments if (block := _block(a))]
    if not images:
        return said
    if isinstance(said, str):
        said = [{"type": "text", "text": said}] if said else []
    return [*(said or []), *images]


_WORDS: dict[str, ContentPolicy] = {
    "text": attrgetter("text"),
    "annotated": annotate(),
}


def _block(attachment: Attachment) -> dict[str, str] | None:
    """Scale an image; None if it is none, is not there, or is damaged."""
    if attachment.kind != "image" or not attachment.exists or not attachment.path:
        return None
    image_module = _pillow()
    try:
        with image_module.open(attachment.path) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = _upright(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = io.BytesIO()
            upright.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    except (OSError, ValueError, SyntaxError, image_module.DecompressionBombError):
        return None
    data = base64.b64encode(out.getvalue()).decode()
    return {"type": "image", "base64": data, "mime_type": "image/jpeg"}


def _upright(image: Any) -> Any:
    from PIL import ImageOps  # noqa: PLC0415

    return ImageOps.exif_transpose(image)


@cache
def _pillow() -> Any:
    try:
        import pillow_heif  # noqa: PLC0415
        from PIL import Image  # noqa: PLC0415
    except ImportError as error:
        name = error.name or "pillow"
        package = "pillow-heif" if name == "pillow_heif" else "pillow"
        raise MissingDependencyError(package, extra="images") from error
    pillow_heif.register_heif_opener()
    return Image
