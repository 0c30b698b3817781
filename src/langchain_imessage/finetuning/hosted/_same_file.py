"""Whether a file at a provider is one of ours: by its bytes, never by its name or size."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError

if TYPE_CHECKING:
    from openai import OpenAI


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
