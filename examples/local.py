r"""Your own voice on your own computer: from chat.db to a model that answers, all local.

    python examples/local.py                                # the sample, a tiny model
    python examples/local.py ~/Library/Messages/chat.db \
        mlx-community/Qwen3-0.6B-4bit                       # your voice, a real model

Without a model's name, a tiny one of random numbers is made on the spot. It knows no
language and learns a few lines by heart; it shows the machinery, not what a model can do.
Needs the extras mlx, openai and train. Nothing is sent anywhere.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.output_parsers import StrOutputParser

from langchain_imessage import IMessageChatLoader
from langchain_imessage.datasets import write_dataset
from langchain_imessage.finetuning import fine_tune, write_tiny_model
from langchain_imessage.preparation import prepare
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from langchain_imessage.datasets import Dataset
    from langchain_imessage.finetuning import Job

TINY: dict[str, Any] = {"iters": 240, "learning_rate": 4e-4, "rank": 16}
"""More steps, and a higher rate, than a real model needs for a few conversations."""


def main() -> None:
    """Prepare, train, talk."""
    folder = Path(tempfile.mkdtemp(prefix="langchain-imessage-local-"))
    dataset = write(folder)
    print(f"1. Own turns to learn: {dataset.manifest['files']['train']['examples']}")

    if len(sys.argv) > 2:  # noqa: PLR2004 - the database and a model
        model, settings = sys.argv[2], {}
    else:
        model, settings = str(tiny(folder, dataset)), TINY
        print(f"2. A tiny model of random numbers: {size_of(Path(model))}")
    began = time.perf_counter()
    job = fine_tune(dataset, provider="local", model=model, confirm=True, **settings)
    job.wait()
    losses = [m.train_loss for m in job.metrics() if m.train_loss is not None]
    print(
        f"3. Trained in {time.perf_counter() - began:.0f} s: "
        f"loss {losses[0]:.2f} at first, {losses[-1]:.2f} at last; "
        f"what was learned is {size_of(Path(job.fine_tuned_model or ''))}"
    )
    talk(job)
    print(f"5. All of it is in {folder}")


def write(folder: Path) -> Dataset:
    """Write the dataset."""
    if len(sys.argv) > 1:
        path, sender = Path(sys.argv[1]), "Me"
    else:
        path, sender = write_sample(folder / "chat.db"), "Tortoise"
    examples = prepare(IMessageChatLoader(path=path), sender=sender)
    return write_dataset(examples, folder / "dataset", sink="mlx")


def tiny(folder: Path, dataset: Dataset) -> Path:
    """Make a model whose tokenizer knows the dataset's letters."""
    return write_tiny_model(folder / "tiny", [dataset.train.read_text()])


def talk(job: Job) -> None:
    """Ask one thing, and print the answer as it comes."""
    began = time.perf_counter()
    model = job.chat_model(temperature=0, max_tokens=60)
    print(f"4. Served on loopback after {time.perf_counter() - began:.1f} s")
    chain = job.prompt_template() | model | StrOutputParser()
    question = "I overslept."
    print(f"\n  {question}\n  > ", end="")
    for piece in chain.stream({"input": question}):
        print(piece, end="", flush=True)
    print("\n")


def size_of(folder: Path) -> str:
    """Say how large the files in a folder are."""
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return f"{size / 1e6:.1f} MB"


if __name__ == "__main__":
    main()
