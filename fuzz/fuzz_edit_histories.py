"""Fuzz the edit histories of rows, and the property lists they are.

    python fuzz/fuzz_edit_histories.py -max_total_time=180

The invariant: any bytes give a history or a `DecodeError`, nothing else; no version is of a
part that was unsent; and what a history says is no longer than 20 times the bytes.
"""

from __future__ import annotations

import plistlib
import sys
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["langchain_imessage"]):
    from langchain_imessage.decoding._summary_info import parse_summary_info
    from langchain_imessage.decoding.archives._plists import load_plist
    from langchain_imessage.errors import DecodeError
    from langchain_imessage.testing import archive_body

MOST = 20
"""Characters of all versions together, for each byte."""


def check(blob: bytes) -> None:
    """Decode one history, and see that it is what it may be."""
    try:
        found = parse_summary_info(blob)
    except DecodeError:
        return
    edits = [edit for part in found.versions for edit in part]
    if {edit.part for edit in edits} & set(found.retracted):
        raise AssertionError("a version of what was unsent")
    if len({id(e.text): len(e.text) for e in edits}) > MOST * len(blob):
        raise AssertionError("more versions than bytes")


def fuzz(data: bytes) -> None:
    """Decode the bytes as they are, and a history made of them."""
    check(data)
    with suppress(DecodeError):
        load_plist(data)
    check(made(atheris.FuzzedDataProvider(data)))


def made(data: atheris.FuzzedDataProvider) -> bytes:
    """Write a history of odd values."""
    history = {
        data.PickValueInList(["0", "1", "-1", "x", ""]): [
            {"t": text(data), "d": value(data)}
            for _ in range(data.ConsumeIntInRange(0, 4))
        ]
        for _ in range(data.ConsumeIntInRange(0, 3))
    }
    summary: dict[str, Any] = {"ust": True, "ec": history}
    if data.ConsumeBool():
        summary["rp"] = [value(data) for _ in range(data.ConsumeIntInRange(0, 3))]
    if data.ConsumeBool():
        summary["tmp"] = value(data)
    return plistlib.dumps(summary, fmt=plistlib.FMT_BINARY)


def text(data: atheris.FuzzedDataProvider) -> Any:
    """Draw an archived text, whole or damaged, or another value."""
    if data.ConsumeBool():
        return value(data)
    body = archive_body(data.ConsumeUnicodeNoSurrogates(30))
    return body[: data.ConsumeIntInRange(0, len(body))] + data.ConsumeBytes(4)


def value(data: atheris.FuzzedDataProvider) -> Any:
    """Draw a value of any type a property list has."""
    kind = data.ConsumeIntInRange(0, 7)
    if kind == 0:
        return data.ConsumeInt(8)
    if kind == 1:
        return data.ConsumeFloat()
    if kind == 2:  # noqa: PLR2004
        return data.ConsumeBytes(40)
    if kind == 3:  # noqa: PLR2004
        return [data.ConsumeIntInRange(-1, 3)]
    if kind == 4:  # noqa: PLR2004
        return {"a": data.ConsumeBool()}
    if kind == 5:  # noqa: PLR2004
        return datetime(2024, 1, 2)  # noqa: DTZ001  # without a zone, as plists have it
    if kind == 6:  # noqa: PLR2004
        return plistlib.UID(data.ConsumeIntInRange(0, 9))
    return data.ConsumeUnicodeNoSurrogates(20).replace("\0", "")


def write_seeds(folder: Path) -> None:
    """Begin with histories that hold something of everything."""
    versions = [
        {"t": archive_body("one"), "d": 700000000.5},
        {"t": archive_body("two \ufffc"), "d": 700000060.0},
    ]
    seeds = [{"ec": {"0": versions}}, {"ec": {"0": versions, "1": versions}, "rp": [1]}]
    for number, seed in enumerate(seeds):
        for fmt in (plistlib.FMT_BINARY, plistlib.FMT_XML):
            path = folder / f"{number}-{fmt.name}"
            path.write_bytes(plistlib.dumps(seed, fmt=fmt))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        write_seeds(Path(name))
        atheris.Setup([*sys.argv, name], fuzz)
        atheris.Fuzz()
