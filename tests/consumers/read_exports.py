r"""Read each form of an exported model with programs that are not ours, and ask each once.

Run by hand, in an environment of its own; it imports nothing of this package:

    pip install torch transformers peft gguf llama-cpp-python
    python tests/consumers/read_exports.py FOLDER "What's the golden thread?" \
        --system "You are texting with people you know."

FOLDER holds `fused`, `peft` and `model.gguf`, as `job.export` wrote them. The answers are
greedy. It fails if a form cannot be read, if the adapter answers in another way than the fused
model, or if llama.cpp cuts text into other tokens than transformers does, or computes other
logits than rounding explains.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 40
ROUNDING = 0.03
"""Of the logits' standard deviation: llama.cpp multiplies in float16. Weights in another order
differ by several deviations."""
FLOAT32 = 0
"""llama.cpp's number for the type: its cache of keys and values would be of float16."""
TEXTS = (
    "I overslept.",
    "What's 1234567 + 89? It's 'fine', they'll say… naïve café 🐢🇩🇪",
    "  two  blanks\n\nand lines\t\ttabs\r\n",
    "日本語 العربية हिन्दी \u200d\ufe0f",
)
"""What ways to cut text differ in: digits, contractions, blanks, scripts, emoji."""

Message = dict[str, str]


def with_transformers(folder: Path, messages: list[Message]) -> str:
    """Ask the fused model."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder / "fused")
    return _generate(model, folder, messages)


def with_peft(folder: Path, messages: list[Message]) -> str:
    """Ask the base model with the adapter, whose config names it."""
    from peft import AutoPeftModelForCausalLM

    model = AutoPeftModelForCausalLM.from_pretrained(folder / "peft")
    return _generate(model, folder, messages)


def _generate(model: Any, folder: Path, messages: list[Message]) -> str:
    import torch
    from transformers import AutoTokenizer, GenerationConfig

    tokenizer = AutoTokenizer.from_pretrained(folder / "fused")
    asked = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    ends = GenerationConfig.from_pretrained(folder / "fused").eos_token_id
    with torch.no_grad():
        made = model.eval().generate(
            **asked, do_sample=False, max_new_tokens=MOST, eos_token_id=ends
        )
    answer = made[0][asked["input_ids"].shape[1] :]
    text: str = tokenizer.decode(answer, skip_special_tokens=True)
    return text


def with_llama_cpp(folder: Path, messages: list[Message]) -> str:
    """Ask the GGUF file, after a look at its tokens and at what it computes."""
    from llama_cpp import Llama
    from transformers import AutoTokenizer

    llama = Llama(
        str(folder / "model.gguf"),
        n_ctx=1024,
        logits_all=True,
        verbose=False,
        type_k=FLOAT32,
        type_v=FLOAT32,
    )
    tokenizer = AutoTokenizer.from_pretrained(folder / "fused")
    for text in TEXTS:
        found = llama.tokenize(text.encode(), add_bos=False, special=True)
        wanted = tokenizer.encode(text, add_special_tokens=False)
        if found != wanted:
            sys.exit(f"llama.cpp: other tokens for {text!r}: {found}, not {wanted}")
    tokens = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=True
    )["input_ids"]
    llama.eval(tokens)
    _compare(folder, tokens, llama.scores[: len(tokens)])
    llama.reset()
    answer = llama.create_chat_completion(messages, temperature=0, max_tokens=MOST)
    text = answer["choices"][0]["message"]["content"]
    return str(text)


def _compare(folder: Path, tokens: list[int], scores: Any) -> None:
    """Fail unless both give the tokens of a prompt the same scores, but for rounding."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder / "fused").float().eval()
    for weight in model.parameters():
        if weight.ndim > 1:  # as in the file
            weight.data = weight.data.half().float()
    with torch.no_grad():
        wanted = model(torch.tensor([tokens])).logits[0]
    most = float((torch.tensor(scores) - wanted).abs().max() / wanted.std())
    print(f"{'':<21} logits differ by {most:.1%} of their deviation at most")
    if most > ROUNDING:
        sys.exit("llama.cpp computes something else.")


def with_gguf(folder: Path, _: list[Message]) -> str:
    """Read the GGUF file's metadata; this reader answers nothing."""
    from gguf import GGUFReader

    reader = GGUFReader(folder / "model.gguf")
    kinds = {tensor.tensor_type.name for tensor in reader.tensors}
    architecture = reader.fields["general.architecture"].contents()
    template = reader.fields["tokenizer.chat_template"].contents()
    return (
        f"{architecture}, {len(reader.tensors)} tensors ({', '.join(sorted(kinds))}), "
        f"a chat template of {len(template)} characters"
    )


READERS: dict[str, Callable[[Path, list[Message]], str]] = {
    "transformers (fused)": with_transformers,
    "peft (peft)": with_peft,
    "llama.cpp (gguf)": with_llama_cpp,
    "gguf (gguf)": with_gguf,
}


def main() -> None:
    """Read, ask, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("question")
    parser.add_argument("--system")
    arguments = parser.parse_args()
    head = [{"role": "system", "content": arguments.system}] if arguments.system else []
    messages = [*head, {"role": "user", "content": arguments.question}]
    answers = {}
    for name, read in READERS.items():
        began = time.perf_counter()
        answers[name] = read(arguments.folder, messages)
        print(f"{name:<21} {time.perf_counter() - began:5.1f} s  {answers[name]}")
    if answers["transformers (fused)"] != answers["peft (peft)"]:
        sys.exit("The fused model and the adapter answer differently.")


if __name__ == "__main__":
    main()
