"""Files and uploads of the fine-tuning server: kept on disk, with their ids and states.

Does not handle connections or jobs. Content stays on disk from the first byte to the last.
"""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server._exchange import (
    Answer,
    missing,
    not_found,
    optional_object,
    page,
    require_number,
    require_one_of,
    require_text,
)
from langchain_imessage.testing.openai_server.stores._stored_file import (
    UPLOAD_LIFE,
    PendingUpload,
    StoredFile,
    form_object,
    seconds_to_live,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from langchain_imessage.testing.openai_server._exchange import Call, Ids
    from langchain_imessage.testing.openai_server._faults import FaultSchedule

LARGEST_FILE = 512 << 20
"""Bytes of a file sent at once: OpenAI's limit."""

LARGEST_PART = 64 << 20
"""Bytes of a part of an upload: OpenAI's limit."""

LARGEST_UPLOAD = 8 << 30
"""Bytes of an upload: OpenAI's limit."""

_PURPOSES = frozenset(
    ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
)
_LONGEST_LIST = 10_000


class FileStore:
    """Keeps the files and the uploads.

    Args:
        folder: Where to keep content.
        ids: Makes ids.
        clock: Returns the time.
        faults: What goes wrong.
        polls: How many times a file must be asked for until it is processed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        ids: Ids,
        clock: Callable[[], float],
        faults: FaultSchedule,
        polls: int,
    ) -> None:
        self._folder = folder
        self._ids = ids
        self._clock = clock
        self._faults = faults
        self._polls = polls
        self._files: dict[str, StoredFile] = {}
        self._uploads: dict[str, PendingUpload] = {}

    def create(self, call: Call) -> Answer:
        """POST /files."""
        if call.upload is None:
            raise missing("file")
        purpose = require_one_of(call.values.get("purpose"), "purpose", _PURPOSES)
        life = seconds_to_live(form_object(call.values, "expires_after"))
        file = self._keep(
            call.upload.path, call.upload.name, purpose, call.upload.size, life
        )
        return Answer(value=file.to_dict())

    def list_files(self, call: Call) -> Answer:
        """GET /files."""
        order = require_one_of(
            call.query.get("order", "desc"), "order", ("asc", "desc")
        )
        purpose = call.query.get("purpose")
        files = [f for f in self._alive() if purpose in {None, f.purpose}]
        if order == "desc":
            files.reverse()
        found, has_more = page(
            files,
            call.query,
            key=lambda f: f.id,
            most=_LONGEST_LIST,
            usual=_LONGEST_LIST,
        )
        value = {
            "object": "list",
            "data": [file.to_dict() for file in found],
            "first_id": found[0].id if found else "",
            "last_id": found[-1].id if found else "",
            "has_more": has_more,
        }
        return Answer(value=value)

    def retrieve(self, call: Call) -> Answer:
        """GET /files/{id}; a file is processed after it was asked for often enough."""
        file = self.find(call.ids[0])
        file.polls_left = max(0, file.polls_left - 1)
        return Answer(value=file.to_dict())

    def content(self, call: Call) -> Answer:
        """GET /files/{id}/content."""
        return Answer(file=self.find(call.ids[0]).path)

    def delete(self, call: Call) -> Answer:
        """DELETE /files/{id}."""
        file = self.find(call.ids[0])
        del self._files[file.id]
        file.path.unlink()
        return Answer(value={"id": file.id, "object": "file", "deleted": True})

    def find(self, file_id: str) -> StoredFile:
        """Return a file that is there and has not expired."""
        for file in self._alive():
            if file.id == file_id:
                return file
        raise not_found(f"File object: {file_id}", "id")

    def write(self, name: str, purpose: str, lines: Iterable[str]) -> StoredFile:
        """Keep a file of the server's own making."""
        path = self._folder / self._ids.new("made-")
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        file = self._keep(path, name, purpose, path.stat().st_size, None)
        file.polls_left = 0
        return file

    def create_upload(self, call: Call) -> Answer:
        """POST /uploads."""
        values = call.values
        require_text(values, "mime_type")
        upload = PendingUpload(
            id=self._ids.new("upload_"),
            name=require_text(values, "filename"),
            purpose=require_one_of(values.get("purpose"), "purpose", _PURPOSES),
            size=require_number(values.get("bytes"), "bytes", 1, LARGEST_UPLOAD),
            created_at=int(self._clock()),
            life=seconds_to_live(optional_object(values, "expires_after")),
        )
        self._uploads[upload.id] = upload
        return Answer(value=upload.to_dict())

    def add_part(self, call: Call) -> Answer:
        """POST /uploads/{id}/parts."""
        upload = self._pending(call.ids[0])
        if call.upload is None:
            raise missing("data")
        part_id = self._ids.new("part_")
        upload.parts[part_id] = call.upload.path, call.upload.size
        value = {
            "id": part_id,
            "object": "upload.part",
            "created_at": int(self._clock()),
            "upload_id": upload.id,
        }
        return Answer(value=value)

    def complete(self, call: Call) -> Answer:
        """POST /uploads/{id}/complete."""
        upload = self._pending(call.ids[0])
        part_ids = call.values.get("part_ids")
        if not isinstance(part_ids, list) or not part_ids:
            raise missing("part_ids")
        if len(set(map(str, part_ids))) < len(part_ids) or not all(
            isinstance(part_id, str) and part_id in upload.parts for part_id in part_ids
        ):
            raise RequestRefusedError("No such part", param="part_ids")
        parts = [upload.parts[part_id] for part_id in part_ids]
        if sum(size for _, size in parts) != upload.size:
            raise RequestRefusedError(
                "The parts are not as long as was said", param="bytes"
            )
        path = self._join([path for path, _ in parts], call.values.get("md5"))
        upload.file = self._keep(
            path, upload.name, upload.purpose, upload.size, upload.life
        )
        self._end(upload, "completed")
        return Answer(value=upload.to_dict())

    def cancel_upload(self, call: Call) -> Answer:
        """POST /uploads/{id}/cancel."""
        upload = self._pending(call.ids[0])
        self._end(upload, "cancelled")
        return Answer(value=upload.to_dict())

    def _keep(
        self, path: Path, name: str, purpose: str, size: int, life: int | None
    ) -> StoredFile:
        slow = self._faults.take("POST /files", "slow_files")
        now = int(self._clock())
        file = StoredFile(
            id=self._ids.new("file-"),
            name=name,
            purpose=purpose,
            size=size,
            path=path,
            created_at=now,
            expires_at=None if life is None else now + life,
            polls_left=self._polls + (slow.times if slow else 0),
        )
        self._files[file.id] = file
        return file

    def _alive(self) -> list[StoredFile]:
        now = self._clock()
        return [
            f
            for f in self._files.values()
            if f.expires_at is None or now < f.expires_at
        ]

    def _pending(self, upload_id: str) -> PendingUpload:
        upload = self._uploads.get(upload_id)
        if upload is None:
            raise not_found(f"Upload: {upload_id}", "upload_id")
        if (
            self._clock() >= upload.created_at + UPLOAD_LIFE
            and upload.status == "pending"
        ):
            self._end(upload, "expired")
        if upload.status != "pending":
            raise RequestRefusedError(
                f"The upload is {upload.status}", param="upload_id"
            )
        return upload

    def _join(self, paths: list[Path], md5: Any) -> Path:
        joined = self._folder / self._ids.new("joined-")
        digest = hashlib.md5(usedforsecurity=False)
        with joined.open("wb") as file:
            for path in paths:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, file)
        with joined.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        if md5 is not None and md5 != digest.hexdigest():
            joined.unlink()
            raise RequestRefusedError(
                "The checksum is not that of the parts", param="md5"
            )
        return joined

    @staticmethod
    def _end(upload: PendingUpload, status: str) -> None:
        upload.status = status
        for path, _ in upload.parts.values():
            path.unlink()
        upload.parts.clear()
