"""From chat.db to a model in a chain, offline: the sample, or a database of yours.

    python examples/quickstart.py                              # the sample
    python examples/quickstart.py ~/Library/Messages/chat.db   # your own voice

The parts are those of `imessage.ipynb`. Nothing leaves the machine: the model is trained by
a server inside this script, and is a parrot that answers with what was said to the most
similar message. `fine_tune(dataset, provider="local")` trains a real one.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from langchain_core.output_parsers import StrOutputParser

from langchain_imessage import (
    IMessageChatLoader,
    convert_messages_for_finetuning,
    map_ai_messages,
    merge_chat_runs,
    prepare,
    write_dataset,
)
from langchain_imessage.finetuning import fine_tune
from langchain_imessage.testing import FineTuningServer, write_sample

SHOWN = 3


def main() -> None:
    """Load, look, map, prepare, train, talk."""
    folder = Path(tempfile.mkdtemp(prefix="langchain-imessage-demo-"))
    if len(sys.argv) > 1:
        path, sender = Path(sys.argv[1]), "Me"
    else:
        path, sender = write_sample(folder / "chat.db"), "Tortoise"
    print(f"1. The database: {path}")

    loader = IMessageChatLoader(path=path)
    raw_messages = loader.lazy_load()
    merged_messages = merge_chat_runs(raw_messages)
    chat_sessions = list(map_ai_messages(merged_messages, sender=sender))
    print(f"\n2. Where each row went ({len(chat_sessions)} conversations):\n")
    print(loader.ledger)

    print(f"\n3. How the newest begins, {sender} being the AI:\n")
    for message in chat_sessions[0]["messages"][:SHOWN]:
        time = message.additional_kwargs["message_time"]
        name = message.additional_kwargs["sender"]
        print(f"  {type(message).__name__}({message.content!r}, {time}, {name!r})")

    training_data = convert_messages_for_finetuning(chat_sessions)
    print(f"\n4. Prepared {len(training_data)} dialogues for training")
    dataset = write_dataset(prepare(loader, sender=sender), folder / "dataset")
    about = dataset.manifest["files"]["train"]
    print(
        f"   and, one for each segment, {about['examples']} examples in {dataset.train}"
    )

    print("\n5. Fine-tuning, at a server inside this script:\n")
    with FineTuningServer(require_key=True) as server:
        job = fine_tune(
            dataset,
            base_url=server.base_url,
            api_key=server.api_key,
            confirm=True,
            progress=show,
        )
        job.wait(progress=show)
        show(f"the model is {job.fine_tuned_model}")

        chain = job.prompt_template() | job.chat_model() | StrOutputParser()
        question = "What's the golden thread?"
        print(f"\n6. In a chain, asked {question!r}:\n\n  ", end="")
        for piece in chain.stream({"input": question}):
            print(piece, end="", flush=True)
        print()


def show(line: str) -> None:
    """Print what is being done."""
    print(f"  {line}")


if __name__ == "__main__":
    main()
