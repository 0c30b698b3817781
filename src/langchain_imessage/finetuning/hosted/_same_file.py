"""Whether a file at a provider is one of ours: by its bytes, never by its name or size."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.calls._listing import listed_once

if TYPE_CHECKING:
    from collections.abc import Collection

    from openai import OpenAI

    from langchain_imessage.finetuning.state._file_content import FileContent

_CANDIDATES = 1_000
"""Files searched through for one whose receipt was lost."""


def has_digest(client: OpenAI, file_id: str, sha256: str, request: Any) -> bool | None:
    """Return whether a file at a provider has a digest; None if it gives no files back.

    Args:
        client: The SDK's client.
        file_id: The file.
        sha256: The digest.
        request: Makes a call, given as `request(call, action=...)`, with its retries.

    Raises:
        FineTuningError: If the provider has a temporary fault.
    """

    def digest() -> str:
        found = hashlib.sha256()
        with client.files.with_streaming_response.content(file_id) as answer:
            for chunk in answer.iter_bytes():
                found.update(chunk)
        return found.hexdigest()

    try:
        return bool(request(digest, action="compare the file") == sha256)
    except FineTuningError as error:
        if error.temporary:
            raise
        return None


def find_sent(
    client: OpenAI,
    content: FileContent,
    *,
    known: Collection[str | None],
    purpose: Any,
    request: Any,
) -> str | None:
    """Return the id of a file that was sent, but whose answer did not arrive.

    Args:
        client: The SDK's client.
        content: The file.
        known: The ids of the files whose answers arrived.
        purpose: What such files are for.
        request: As for `has_digest`.

    Raises:
        FineTuningError: If the provider has one that may be it, and gives no file back.
    """

    def find() -> list[str]:
        listed = listed_once(client.files.list(purpose=purpose), most=_CANDIDATES)
        return [
            file.id
            for file in listed
            if (file.filename, file.bytes) == (content.name, content.size)
            and file.id not in known
        ]

    unknown = []
    for one in request(find, action="list the files"):
        same = has_digest(client, one, content.sha256, request)
        if same:
            return str(one)
        unknown += [one] if same is None else []
    if unknown:
        raise FineTuningError(
            f"Sending {content.name} was interrupted. The provider has a file of this "
            f"name and size ({', '.join(unknown)}), but gives none back to compare. If "
            "no job uses it, delete it there and run this again; nothing was sent twice.",
            code="unknown_outcome",
        )
    return None
