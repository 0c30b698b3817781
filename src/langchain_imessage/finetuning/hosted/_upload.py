"""A file on disk → a file at a provider, once, streaming, under a neutral name.

Owns how a file is sent: whole, or in parts if it is large, going on with the next part after
an interruption. Before a file is sent, the state file and the provider are asked for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NoReturn

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import invalid_file
from langchain_imessage.finetuning.calls._sdk_errors import answered, ask, date_header
from langchain_imessage.finetuning.hosted._file_window import window
from langchain_imessage.finetuning.hosted._same_file import find_sent
from langchain_imessage.finetuning.state._file_content import (
    FILE_CHANGED,
    file_changed,
    opened_content,
)
from langchain_imessage.finetuning.state._state_file import UploadRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openai import OpenAI

    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.state._file_content import (
        FileContent,
        OpenedContent,
    )
    from langchain_imessage.finetuning.state._state_file import StateFile

PART = 64_000_000
"""Bytes of a part, and of the largest file sent in one request: OpenAI's 64 MB, read as the
smaller of the two megabytes."""

_MIME = "application/jsonl"
_PURPOSE: Final = "fine-tune"

_MARGIN = 3_600
"""Seconds a file that is used again must still have: a job may wait in a queue."""

_PROCESSING = 1800.0
"""Seconds to wait for a file to be processed: the SDK's own limit. After that the job says
what is wrong with it."""

_READY = frozenset(
    {"processed", "ready", "success", "succeeded", "completed", "active"}
)
_REFUSED = frozenset({"error", "failed", "invalid", "rejected"})
_GONE = frozenset({"deleted", "deleting", "expired", "cancelled", "canceled"})
"""A file's statuses at providers: after others, it is not processed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploader:
    """Uploads files to a provider.

    Attributes:
        client: The SDK's client, which must not repeat requests on its own.
        base_url: Where it is, without secrets.
        state: The state file that records uploads.
        pace: How long to wait.
        say: Called with lines of progress.
        expires_after: Seconds after which the provider deletes the file; None for never.
        multipart: Whether large files go in parts.
        part: Bytes of a part.
    """

    client: OpenAI
    base_url: str
    state: StateFile
    pace: Pace
    say: Callable[[str], None]
    expires_after: int | None = None
    multipart: bool = True
    part: int = PART

    def upload(self, content: FileContent) -> str:
        """Upload a file, unless it is there; wait until it is processed.

        Returns:
            Its id.

        Raises:
            FineTuningError: If it cannot be uploaded, or is refused.
        """
        known = self.state.read().upload(content.sha256, self.base_url)
        if known and known.expires_after != self.expires_after:
            known = None  # it would stay for another time than the plan said
        file_id = self._still_there(known) or (known and self._arrived(known, content))
        if file_id:
            self.say(f"{content.name} is there already: {file_id}")
            record = known or self._new(content)
        else:
            record = known if known and known.upload_id else self._new(content)
            file_id = self._send(content, record)
        self._note(replace(record, file_id=file_id, upload_id=None, parts=()))
        self._wait_until_processed(file_id)
        return file_id

    def _new(self, content: FileContent) -> UploadRecord:
        """Record that a file is about to be sent."""
        return self._note(
            UploadRecord(
                sha256=content.sha256,
                size=content.size,
                base_url=self.base_url,
                began=self.pace.clock(),
                expires_after=self.expires_after,
            )
        )

    def _note(self, record: UploadRecord) -> UploadRecord:
        self.state.change(lambda state: state.with_upload(record))
        return record

    def _still_there(self, known: UploadRecord | None) -> str | None:
        """Return the id of a file that was sent, if the provider still has it."""
        if known is None or known.file_id is None:
            return None
        file_id = known.file_id
        try:
            answer = self._request(
                lambda: self.client.files.with_raw_response.retrieve(file_id),
                action="check the file",
            )
        except FineTuningError as error:
            if error.code != "not_found":
                raise
            return None
        file = ask(answer.parse, action="check the file")
        answered(file, "id")
        unusable = str(file.status or "").lower() in _REFUSED | _GONE
        if unusable or _expires(file, answer.headers):
            return None
        return file_id

    def _arrived(self, record: UploadRecord, content: FileContent) -> str | None:
        """Return the id of a file that was sent, but whose answer did not arrive."""
        if record.file_id:
            return None
        known = {upload.file_id for upload in self.state.read().uploads}
        return find_sent(
            self.client, content, known=known, purpose=_PURPOSE, request=self._request
        )

    def _send(self, content: FileContent, record: UploadRecord) -> str:
        """Send a file; what has changed since it was checked is not kept, nor recorded."""
        try:
            with opened_content(content) as opened:
                return self._send_opened(opened, content, record)
        except FineTuningError as error:
            if error.code == FILE_CHANGED:
                self.state.change(lambda state: state.without_upload(record))
            raise

    def _send_opened(
        self, opened: OpenedContent, content: FileContent, record: UploadRecord
    ) -> str:
        if not (self.multipart and content.size > self.part):
            return self._send_whole(opened, content, record)
        try:
            return self._send_parts(opened, content, record)
        except FineTuningError as error:
            # Only OpenAI has uploads in parts; what speaks its API may not.
            if not record.upload_id and error.code == "not_found":
                return self._send_whole(opened, content, record)
            # An upload that was interrupted lives for an hour.
            if not record.upload_id or error.temporary or error.code == FILE_CHANGED:
                raise
        return self._send_parts(opened, content, self._new(content))

    def _send_whole(
        self, opened: OpenedContent, content: FileContent, record: UploadRecord
    ) -> str:
        def send() -> str:
            opened.require_unchanged()
            part = window(opened.file, 0, content.size, self._progress(content, 0))
            made = self.client.files.create(
                file=(content.name, part, _MIME), purpose=_PURPOSE, **self._expiry()
            )
            file_id = str(answered(made, "id"))
            if not opened.is_unchanged(read=True):
                self._delete(file_id, content)
            return file_id

        return self._once(send, content, record)

    def _send_parts(
        self, opened: OpenedContent, content: FileContent, record: UploadRecord
    ) -> str:
        opened.require_unchanged()
        record = record if record.upload_id else self._open(content, record)
        upload_id = str(record.upload_id)
        try:
            for start in range(len(record.parts) * self.part, content.size, self.part):
                part_id = self._send_part(upload_id, opened, content, start)
                record = self._note(replace(record, parts=(*record.parts, part_id)))
            opened.require_unchanged()
        except FineTuningError as error:
            if error.code == FILE_CHANGED:
                self._try(lambda: self.client.uploads.cancel(upload_id))
            raise

        def complete() -> str:
            made = self.client.uploads.complete(
                upload_id, part_ids=list(record.parts), md5=content.md5
            )
            return str(answered(answered(made, "file"), "id"))

        return self._once(complete, content, record)

    def _delete(self, file_id: str, content: FileContent) -> NoReturn:
        """Delete what was sent of a file that changed meanwhile, and raise its error."""
        gone = self._try(lambda: self.client.files.delete(file_id))
        sent = "What was sent is deleted." if gone else f"Delete {file_id} there."
        raise file_changed(content.path, sent=sent)

    def _try(self, call: Callable[[], Any]) -> bool:
        """Make a request that may fail; return whether it did not."""
        try:
            self._request(call, action="delete the file")
        except FineTuningError:
            return False
        return True

    def _open(self, content: FileContent, record: UploadRecord) -> UploadRecord:
        made = self.pace.call_with_retries(
            lambda: self.client.uploads.create(
                bytes=content.size,
                filename=content.name,
                mime_type=_MIME,
                purpose=_PURPOSE,
                **self._expiry(),
            ),
            action=f"begin to upload {content.name}",
            say=self.say,
        )
        return self._note(
            replace(record, upload_id=str(answered(made, "id")), parts=())
        )

    def _send_part(
        self, upload_id: str, opened: OpenedContent, content: FileContent, start: int
    ) -> str:
        size = min(self.part, content.size - start)
        report = self._progress(content, start)

        def send() -> Any:
            opened.require_unchanged(read=False)
            part = window(opened.file, start, size, report)
            data = (content.name, part, "application/octet-stream")
            return self.client.uploads.parts.create(upload_id, data=data)

        made = self.pace.call_with_retries(
            send, action=f"upload {content.name}", say=self.say
        )
        return str(answered(made, "id"))

    def _once(
        self, send: Callable[[], str], content: FileContent, record: UploadRecord
    ) -> str:
        """Send until the provider has it; search for it before sending again."""
        tries = 0

        def attempt() -> str:
            nonlocal tries
            tries += 1
            found = self._arrived(record, content) if tries > 1 else None
            return found or send()

        return self.pace.call_with_retries(
            attempt, action=f"upload {content.name}", say=self.say
        )

    def _progress(self, content: FileContent, start: int) -> Callable[[int], None]:
        """Return what reports the progress, once for each percent."""
        shown = -1

        def report(done: int) -> None:
            nonlocal shown
            share = 100 * (start + done) // max(1, content.size)
            if share != shown:
                shown = share
                self.say(f"Uploading {content.name}: {share} %")

        return report

    def _expiry(self) -> dict[str, Any]:
        if self.expires_after is None:
            return {}
        seconds = self.expires_after
        return {"expires_after": {"anchor": "created_at", "seconds": seconds}}

    def _retrieve(self, file_id: str) -> Any:
        def retrieve() -> Any:
            file = self.client.files.retrieve(file_id)
            answered(file, "id")  # raises here if it is none
            return file

        return self._request(retrieve, action="check the file")

    def _request(self, call: Callable[[], Any], *, action: str) -> Any:
        return self.pace.call_with_retries(call, action=action, say=self.say)

    def _wait_until_processed(self, file_id: str) -> None:
        """Wait until the provider has processed a file."""
        waited = 0.0
        for wait in self.pace.waits():
            file = self._retrieve(file_id)
            status = str(file.status or "processed").lower()
            if status in _REFUSED:
                raise invalid_file(getattr(file, "status_details", None))
            if status in _GONE:
                raise FineTuningError(
                    f"The provider has deleted {file_id} again (status {status}). Run this "
                    "again to send it once more; see its pages for why.",
                    code="file_gone",
                )
            if status in _READY or waited > _PROCESSING:
                return
            self.say("Waiting until the provider has processed the file")
            self.pace.sleep(wait)
            waited += wait


def _expires(file: Any, headers: Mapping[str, str]) -> bool:
    """Return whether a file is about to expire, by the provider's own clock."""
    expires_at = getattr(file, "expires_at", None)
    now = date_header(headers)
    return bool(expires_at and now is not None and expires_at < now + _MARGIN)
