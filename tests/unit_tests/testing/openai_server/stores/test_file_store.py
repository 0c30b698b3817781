"""Files and uploads of the fine-tuning server, as OpenAI's own client sees them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from finetuning_scenario import (
    ROWS,
    connect,
    jsonl,
    upload,
)

from langchain_imessage.testing import FineTuningServer
from langchain_imessage.testing.openai_server.requests import _routes

if TYPE_CHECKING:
    from finetuning_scenario import Clock


openai = pytest.importorskip("openai")


def test_a_file_is_kept_byte_for_byte(client: Any) -> None:
    file = upload(client)
    assert (file.filename, file.bytes) == ("train.jsonl", len(jsonl(ROWS)))
    assert client.files.content(file.id).read() == jsonl(ROWS)


def test_a_file_is_processed_after_it_was_asked_for_often_enough() -> None:
    with FineTuningServer(file_polls=2) as server, connect(server) as client:
        file = upload(client)
        found = [client.files.retrieve(file.id).status for _ in range(2)]
    assert [file.status, *found] == ["uploaded", "uploaded", "processed"]


def test_files_are_listed_newest_first_page_by_page(client: Any) -> None:
    made = [upload(client).id for _ in range(3)]
    assert [file.id for file in client.files.list(limit=2)] == made[::-1]
    assert [file.id for file in client.files.list(order="asc")] == made
    assert list(client.files.list(purpose="batch")) == []


def test_a_file_expires(client: Any, clock: Clock) -> None:
    file = upload(client, expires_after={"anchor": "created_at", "seconds": 3600})
    assert file.expires_at == file.created_at + 3600
    clock.now += 3600
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_what_there_is_nothing_of_is_left_out_and_never_null(
    client: Any, server: FineTuningServer
) -> None:
    upload(client)
    client.uploads.create(
        filename="f", bytes=1, purpose="fine-tune", mime_type="text/plain"
    )
    for request in server.requests:
        assert None not in request.answer.values()


def test_a_deleted_file_is_gone_from_the_disk(client: Any) -> None:
    file = upload(client)
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.content(file.id)


def test_files_over_the_limit_are_refused_and_not_kept(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_routes.FILE_FIELDS, "/files", ("file", 100))
    with pytest.raises(openai.APIStatusError) as caught:
        upload(client)
    assert caught.value.status_code == 413
    assert list(client.files.list()) == []


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"purpose": "fun"}, "purpose"),
        ({"expires_after": {"anchor": "created_at", "seconds": 60}}, "expires_after"),
        ({"expires_after": {"anchor": "now", "seconds": 3600}}, "expires_after"),
    ],
)
def test_bad_values_of_a_file_are_refused_by_name(
    client: Any, options: dict[str, Any], param: str
) -> None:
    given = {"file": b"{}", "purpose": "fine-tune", **options}
    with pytest.raises(openai.BadRequestError) as caught:
        client.files.create(**given)
    assert caught.value.param.startswith(param)


def test_an_upload_in_parts_becomes_one_file(client: Any) -> None:
    content = jsonl(ROWS)
    done = client.uploads.upload_file_chunked(
        file=content,
        filename="t.jsonl",
        bytes=len(content),
        mime_type="application/jsonl",
        purpose="fine-tune",
        part_size=500,
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
    )
    assert done.status == "completed"
    assert client.files.content(done.file.id).read() == content


def begin(client: Any, size: int) -> Any:
    return client.uploads.create(
        filename="f", bytes=size, purpose="fine-tune", mime_type="text/plain"
    )


@pytest.mark.parametrize(
    ("size", "changes", "param"),
    [
        (5, {}, "bytes"),
        (4, {"md5": "0" * 32}, "md5"),
        (4, {"part_ids": ["part_none"]}, "part_ids"),
        (4, {"part_ids": []}, "part_ids"),
    ],
)
def test_an_upload_that_does_not_fit_is_not_completed(
    client: Any, size: int, changes: dict[str, Any], param: str
) -> None:
    begun = begin(client, size)
    part = client.uploads.parts.create(begun.id, data=b"four")
    with pytest.raises(openai.BadRequestError) as caught:
        client.uploads.complete(begun.id, **{"part_ids": [part.id], **changes})
    assert caught.value.param == param
    assert client.uploads.cancel(begun.id).status == "cancelled"


def test_a_part_is_no_part_twice(client: Any) -> None:
    begun = begin(client, 8)
    part = client.uploads.parts.create(begun.id, data=b"four")
    with pytest.raises(openai.BadRequestError):
        client.uploads.complete(begun.id, part_ids=[part.id, part.id])


def test_an_upload_expires_after_an_hour(client: Any, clock: Clock) -> None:
    begun = begin(client, 4)
    clock.now += 3600
    with pytest.raises(openai.BadRequestError, match="expired"):
        client.uploads.parts.create(begun.id, data=b"four")
    with pytest.raises(openai.NotFoundError):
        client.uploads.cancel("upload_none")


def test_a_file_that_does_not_come_is_missed(client: Any) -> None:
    begun = begin(client, 4)
    kind = {"headers": {"Content-Type": "multipart/form-data"}}
    form = {"files": {"other": b"four"}, "cast_to": object, "options": kind}
    for path in ("/files", f"/uploads/{begun.id}/parts"):
        with pytest.raises(openai.BadRequestError) as caught:
            client.post(path, **form)
        assert caught.value.code == "missing_required_parameter"


def test_a_field_of_a_form_is_not_endless(client: Any) -> None:
    with pytest.raises(openai.BadRequestError, match="too long"):
        client.files.create(file=b"{}", purpose="x" * 70_000)


def test_an_upload_keeps_when_its_file_is_to_expire(client: Any) -> None:
    life = {"anchor": "created_at", "seconds": 3600}
    begun = client.uploads.create(
        filename="f", bytes=4, purpose="fine-tune", mime_type="a/b", expires_after=life
    )
    part = client.uploads.parts.create(begun.id, data=b"four")
    file = client.uploads.complete(begun.id, part_ids=[part.id]).file
    assert file.expires_at == file.created_at + 3600
