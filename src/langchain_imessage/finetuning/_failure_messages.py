"""What can go wrong when training on this computer, and what to do then; by code.

Owns the words. They hold nothing of the examples, and need not be kept out of messages.
"""

from __future__ import annotations

from typing import Final

from langchain_imessage.errors import FineTuningError

OTHER_WAYS: Final = (
    'train on this computer with provider="local" (extra mlx), or at a provider that '
    'speaks the same API: provider="nebius", provider="crusoe", or its base_url='
)
"""What to do when a provider does not want to."""

LOCAL_FAULTS: Final = {
    "unsupported_platform": (
        "Local training runs on Macs with Apple silicon and on Linux. Elsewhere, write "
        'the dataset with sink="trl", "axolotl" or "llamafactory" and train with that '
        "program: next_commands() says how."
    ),
    "mlx_unusable": (
        "mlx-lm cannot be used in this environment. Install it with: "
        "pip install 'langchain-imessage[mlx]'."
    ),
    "model_not_found": (
        "There is no such folder. Give a folder with a model in it, or the name of one "
        "on the Hugging Face hub."
    ),
    "model_unusable": (
        "The model cannot be loaded. It must be a chat model that mlx-lm supports: a "
        "folder, or a name as on the Hugging Face hub, which has to be reachable the "
        "first time."
    ),
    "no_chat_template": (
        "The model has no chat template. Choose one made for conversations, whose name "
        "often ends in Instruct or Chat."
    ),
    "chat_template": (
        "The model's chat template refuses the examples. Some take no system message: "
        "prepare them without one (system_prompt=None), or choose another model."
    ),
    "unmaskable": (
        "With this model's chat template, your turns cannot be told from those of "
        "others, whose words would be learned. Choose another model."
    ),
    "unreadable_file": (
        "The training file cannot be read. Each line must be an object with `messages`; "
        "export.write_dataset writes such files."
    ),
    "nothing_to_learn": (
        "The training file holds no turn of yours that is short enough. Choose a larger "
        "max_seq_length, or prepare shorter examples."
    ),
    "training_error": (
        "mlx-lm stopped. Where memory is short, choose a smaller batch_size or "
        "max_seq_length, grad_checkpoint=True, or a smaller model. trainer.log in the "
        "job's folder says where."
    ),
    "loss_not_finite": "The loss is no number any more. Choose a smaller learning_rate.",
    "trainer_died": (
        "The trainer ended without a word: killed, or out of memory, or the computer was "
        "restarted. Start it again with resume=True, and it goes on from the latest "
        "checkpoint; where memory is short, with a smaller batch_size, max_seq_length "
        "or model."
    ),
    "not_served": (
        "The tuned model could not be served. server.log in the job's folder says why."
    ),
}


def fault(code: str, more: str = "") -> FineTuningError:
    """Make the error of a code.

    Example:
        >>> fault("loss_not_finite", "(step 3)")
        FineTuningError('The loss is no number any more. Choose a smaller learning_rate. (step 3)')
    """
    return FineTuningError(f"{LOCAL_FAULTS[code]} {more}".strip(), code=code)
