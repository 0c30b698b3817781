"""Pictures: which are opened, by which decoder, and that a bad one costs itself alone."""

from __future__ import annotations

import base64
import copy
import io
import os
import pickle
import random
import sys
import tracemalloc
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.chat_loaders import _images
from langchain_imessage.chat_loaders._images import FORMATS, with_images
from langchain_imessage.chatdb import attachment_folders
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.records import Attachment
from langchain_imessage.testing import File

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytest.importorskip("PIL")
pytest.importorskip("pillow_heif")

from PIL import Image

BAD_PICTURES = int(os.environ.get("LANGCHAIN_IMESSAGE_PICTURES", "60"))
"""How many damaged ones are tried; `make stress` tries 3,000."""


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **how: Any) -> bytes:
    _images._pillow()  # knows HEIF from then on
    __import__("pillow_heif").register_heif_opener()  # writes it
    out = io.BytesIO()
    image = Image.new("RGB", size, "green")
    image.putpixel((1, 1), (255, 0, 0))
    image.save(out, kind, **how)
    return out.getvalue()


@pytest.fixture
def show(tmp_path: Path) -> Callable[..., Any]:
    """Return the blocks that a picture at a path becomes."""

    def blocks(path: Path | str, *folders: Path) -> Any:
        roots = tuple(folder.resolve() for folder in folders or (tmp_path,))
        attachment = Attachment(guid="A", kind="image", path=str(path), exists=True)
        return _images._block(attachment, roots)

    return blocks


@pytest.mark.parametrize("kind", FORMATS)
def test_what_messages_sends_is_shown_whatever_it_is_called(
    kind: str, tmp_path: Path, show: Callable
) -> None:
    path = tmp_path / "photo.pdf"
    path.write_bytes(picture(kind))
    block = show(path)
    assert block["mime_type"] == "image/jpeg"
    with Image.open(io.BytesIO(base64.b64decode(block["base64"]))) as shown:
        assert (shown.format, shown.size) == ("JPEG", (64, 48))


def test_damaged_tags_are_no_reason_to_warn(tmp_path: Path, show: Callable) -> None:
    file = tmp_path / "picture.jpeg"
    file.write_bytes(picture(exif=b"Exif\0\0II*\0\x08\0\0\0\xff"))
    assert show(file) is not None


@pytest.mark.parametrize("kind", ["EPS", "PDF", "PPM", "ICNS", "TGA", "PCX", "SGI"])
def test_no_other_format_is_decoded_whatever_it_is_called(
    kind: str, tmp_path: Path, show: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr("subprocess.Popen.__init__", refuse)
    path = tmp_path / "photo.jpg"
    path.write_bytes(picture(kind))
    assert show(path) is None


def test_only_a_file_in_the_attachments_folders_is_opened(
    tmp_path: Path, show: Callable
) -> None:
    root, private = tmp_path / "Attachments", tmp_path / "private.jpg"
    root.mkdir()
    private.write_bytes(picture())
    (root / "link.jpg").symlink_to(private)
    (root / "folder").symlink_to(tmp_path)
    (root / "photo.jpg").write_bytes(picture())
    (root / "inside.jpg").symlink_to(root / "photo.jpg")
    assert show(root / "photo.jpg", root)
    assert show(root / "inside.jpg", root)
    for path in (
        private,
        root / ".." / "private.jpg",
        root / "link.jpg",
        root / "folder" / "private.jpg",
        tmp_path / "Attachments2" / "x.jpg",
        "\0",
        "~root/x.jpg",
    ):
        assert show(path, root) is None


def test_a_database_can_point_at_no_picture_of_the_computer(
    write: Callable, load: Callable, at: Callable, tmp_path: Path
) -> None:
    private = tmp_path / "private.jpg"
    private.write_bytes(picture())
    with write() as db:
        chat = db.chat(db.handle("+14155550101"))
        for n, path in enumerate(
            (str(private), "~/Library/Messages/Attachments/../private.jpg", "/dev/zero")
        ):
            db.message(chat, f"{n}", at=at(n), attachments=[File(data=picture())])
            db._connection.execute(
                "UPDATE attachment SET filename = ? WHERE ROWID = ?", (path, n + 1)
            )
        db.message(chat, "own", at=at(9), attachments=[File(data=picture())])
    contents = [m.content for m in load(images="inline").messages]
    assert contents[:3] == ["0", "1", "2"]
    assert [block["type"] for block in contents[3]] == ["text", "image"]


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_regular_file_is_not_waited_for(
    kind: str, tmp_path: Path, show: Callable
) -> None:
    path = tmp_path / "photo.jpg"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path = Path("/dev/zero")
    assert show(path, tmp_path, Path("/dev")) is None


def bomb() -> bytes:
    """Return a small PNG of 100 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc

    side = (10_000).to_bytes(4, "big")
    header = side + side + b"\x08\x06\0\0\0"
    pixels = zlib.compress(bytes(10_000 * 40_001))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.slow
def test_a_bomb_is_not_unpacked(tmp_path: Path, show: Callable) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb())
    assert path.stat().st_size < 1_000_000
    decoded: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("PIL.ImageFile.ImageFile.load", decoded.append)
        assert show(path) is None
    assert decoded == []


def test_a_large_file_is_not_read(tmp_path: Path, show: Callable) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(picture())
    with path.open("r+b") as file:
        file.truncate(2 * 1024**3)  # of holes
    tracemalloc.start()
    assert show(path) is None
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_picture_takes_nothing_along_but_its_pixels(
    tmp_path: Path, show: Callable
) -> None:
    marks = [b"SECRET-EXIF", b"SECRET-COMMENT", b"SECRET-XMP", b"SECRET-ICC"]
    exif = Image.Exif()
    exif[0x010E] = "SECRET-EXIF"
    path = tmp_path / "photo.jpg"
    how: dict[str, Any] = {
        "exif": exif,
        "comment": b"SECRET-COMMENT",
        "icc_profile": b"SECRET-ICC" + bytes(200),
    }
    raw = picture("JPEG", xmp=b"SECRET-XMP", **how)
    assert all(mark in raw for mark in marks)
    path.write_bytes(raw)
    shown = base64.b64decode(show(path)["base64"])
    assert not any(mark in shown for mark in marks)
    with Image.open(io.BytesIO(shown)) as image:
        assert set(image.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
        }


def test_a_picture_is_turned_upright(tmp_path: Path, show: Callable) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "photo.jpg"
    path.write_bytes(picture(size=(2000, 1000), exif=exif))
    with Image.open(io.BytesIO(base64.b64decode(show(path)["base64"]))) as image:
        assert image.size == (512, 1024)


def damaged(count: int) -> Iterator[bytes]:
    """Yield pictures of all formats, cut short, with bytes changed, put in or taken out."""
    whole = [picture(kind) for kind in (*FORMATS, "EPS", "PDF", "ICNS")]
    for seed in range(count):
        chance = random.Random(seed)
        raw = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 1, 4, 30))):
            at = chance.randrange(len(raw))
            how = chance.randrange(4)
            if how == 0:
                raw[at] = chance.randrange(256)
            elif how == 1:
                raw[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\x7f\xff"))
            elif how == 2:
                del raw[at : at + chance.randrange(1, 9)]
            elif chance.random() < 0.2:
                del raw[at:]
            if not raw:
                break
        yield bytes(raw)


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_picture_costs_itself_alone(tmp_path: Path, show: Callable) -> None:
    path = tmp_path / "photo.jpg"
    for raw in damaged(BAD_PICTURES):
        path.write_bytes(raw)
        block = show(path)
        assert block is None or block["type"] == "image"


@pytest.mark.parametrize("content", ["text", "annotated"])
def test_a_loader_that_shows_images_can_be_pickled(
    content: Any, write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle("+14155550101"))
        db.message(chat, "look", at=at(0), attachments=[File(data=picture())])
    loader = IMessageChatLoader(path, images="inline", content=content)
    again = pickle.loads(pickle.dumps(loader))  # noqa: S301
    assert again.load() == loader.load()
    assert copy.deepcopy(loader).load() == loader.load()


def test_where_attachments_may_be(tmp_path: Path) -> None:
    database = tmp_path / "real" / "chat.db"
    database.parent.mkdir()
    database.write_bytes(b"")
    link = tmp_path / "link.db"
    link.symlink_to(database)
    assert tmp_path / "real" / "Attachments" in attachment_folders(link)
    assert tmp_path not in attachment_folders(link)
    assert attachment_folders(link, tmp_path / "x")[0] == tmp_path / "x" / "Attachments"
    (database.parent / "Manifest.db").write_bytes(b"")
    assert attachment_folders(database.parent) == (database.parent,)
    named = attachment_folders(database.parent, tmp_path)
    assert named == (database.parent, tmp_path)


@pytest.mark.parametrize("missing", ["PIL", "pi_heif"])
def test_what_is_missing_is_named_with_its_extra(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _images._pillow.cache_clear()
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(MissingDependencyError, match=r"\[images\]"):
        with_images("text", folders=())
    _images._pillow.cache_clear()


def test_a_decoder_alone_comes_before_one_with_a_gpl_encoder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoder = type(sys)("pi_heif")
    monkeypatch.setitem(sys.modules, "pi_heif", decoder)
    assert _images._heif_decoder() is decoder
