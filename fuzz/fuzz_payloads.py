"""Fuzz the payloads of balloons: links, apps, polls, votes, Digital Touch.

    python fuzz/fuzz_payloads.py -max_total_time=180

The invariant: any bytes give a balloon or none, and no error; an app has words, without
places for names; and what a payload says is no longer than 20 times the bytes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["langchain_imessage"]):
    from langchain_imessage.decoding.balloons._balloon import parse_balloon
    from langchain_imessage.records import App, Link
    from langchain_imessage.testing import (
        LINK,
        POLL,
        app_payload,
        extension,
        link_payload,
        poll_payload,
        vote_payload,
    )

FITNESS = extension("com.apple.ActivityMessagesApp.MessagesExtension")
BUNDLES = (LINK, POLL, FITNESS, "com.apple.DigitalTouchBalloonProvider", None)
MOST, LEAST = 20, 1000
"""Characters of a balloon: for each byte of its payload, and beside them."""


def fuzz(data: bytes) -> None:
    """Decode one payload as each kind of balloon."""
    for bundle in BUNDLES:
        found = parse_balloon(bundle, data)
        if isinstance(found, App):
            if not found.text or "$(kIM" in found.text:
                raise AssertionError("an app without words, or with a template")
            said = (found.text, found.name, found.url)
        elif isinstance(found, Link):
            said = (found.url, found.title, found.summary)
        else:
            continue
        if sum(len(text or "") for text in said) > MOST * len(data) + LEAST:
            raise AssertionError("a balloon that says more than its payload")


def write_seeds(folder: Path) -> None:
    """Begin with payloads of every kind."""
    sentence = "$(kIMTranscriptPluginBreadcrumbTextSenderIdentifier) ran."
    seeds = [
        link_payload("https://example.com", title="a page", summary="of it"),
        link_payload("https://example.com", kind="LPMapMetadata", name="a place"),
        app_payload(ldtext=sentence, an="Fitness", sessionIdentifier="1"),
        app_payload(userInfo={"caption": "one", "subcaption": "two"}),
        poll_payload("Lunch?", {"a": "yes", "b": "no"}),
        vote_payload("+15550100", ["a"]),
        b"\x08\x03\x1a\x00",
    ]
    for number, seed in enumerate(seeds):
        (folder / str(number)).write_bytes(seed)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        write_seeds(Path(name))
        atheris.Setup([*sys.argv, name], fuzz)
        atheris.Fuzz()
