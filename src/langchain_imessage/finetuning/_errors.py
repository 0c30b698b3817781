"""What a job can fail of, and the words for it: what happened, and what to do next.

A provider's own words may quote the training data: they become `detail`, never part of the
message. The words of local training hold nothing of the examples. The SDK's errors are
translated in `_sdk_errors`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from langchain_imessage.errors import FineTuningError

if TYPE_CHECKING:
    from langchain_imessage.finetuning._types import JobState

OTHER_WAYS: Final = (
    'train on this computer with provider="local" (extra mlx), or at a provider that '
    'speaks the same API: provider="nebius", provider="crusoe", or its base_url='
)
"""What to do when a provider refuses."""

LOCAL_ERRORS: Final = {
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
        "No such folder. Pass a folder that holds a model, or the name of a model on "
        "the Hugging Face hub."
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
        "This model's chat template does not keep your turns apart from those of "
        "others, which would be learned too. Choose another model."
    ),
    "unreadable_file": (
        "The training file cannot be read. Each line must be an object with `messages`; "
        "write_dataset() writes such files."
    ),
    "nothing_to_learn": (
        "The training file has no turn of yours that is short enough. Choose a larger "
        "max_seq_length, or prepare shorter examples."
    ),
    "training_error": (
        "Training stopped with an error. If memory is short, choose a smaller "
        "batch_size or max_seq_length, grad_checkpoint=True, or a smaller model. See "
        "trainer.log in the job's folder."
    ),
    "disk_full": (
        "The disk is full. Make room and start it again with resume=True: it goes on from "
        "the latest checkpoint."
    ),
    "loss_not_finite": "The loss is not a number (NaN or infinite). Choose a smaller learning_rate.",
    "trainer_died": (
        "The training process exited unexpectedly: killed, out of memory, or the computer was "
        "restarted. Start it again with resume=True, and it goes on from the latest "
        "checkpoint; where memory is short, with a smaller batch_size, max_seq_length "
        "or model."
    ),
    "server_died": (
        "The server of the tuned model ended in the middle of an answer: killed, or out of "
        "memory. The next request starts it again."
    ),
    "scorer_died": (
        "The process that computes likelihoods exited unexpectedly: killed, or out of "
        "memory. Choose a smaller max_seq_length, or a smaller model."
    ),
    "not_exported": (
        "The tuned model could not be exported. See export.log in the job's folder."
    ),
    "no_room": "The disk is full: the tuned model could not be exported. Make room for it.",
    "no_gguf": (
        "GGUF files are written for Llama, Mistral, Qwen 2 and Qwen 3 models with their own "
        'tokenizers. For this one, export("fused"), and run llama.cpp on the folder: '
        "convert_hf_to_gguf.py FOLDER"
    ),
    "not_served": (
        "The tuned model could not be served. See server.log in the job's folder."
    ),
}

_MODERATED = re.compile(r"moderation (system|refus|block)|usage polic|content_policy")
_USED_UP = re.compile(
    r"exceeded your current quota|insufficient (quota|balance|credit)"
)
"""Some providers give the reason in words only."""
OWN_WORDS = "The provider's own words are in the error's `detail` (they may quote your messages)."
_QUOTA = (
    "The account's quota or credit is used up. Add credit in the provider's billing "
    f"settings and run this again (nothing is uploaded twice); or {OTHER_WAYS}."
)
_MODERATION = (
    "The provider's moderation refused the training file: too many examples look like "
    "what its policy excludes, as intimate or angry chats do. Leave such examples out "
    "(moderate=100 checks a sample and names their lines), or train on this computer "
    'with provider="local", which has no moderation.'
)
_BAD_FILE = (
    "The provider found the training file invalid. Check it with "
    f"langchain_imessage.datasets.validate(path, sink). {OWN_WORDS}"
)
_BY_CODE = {
    "insufficient_quota": ("quota", _QUOTA),
    "exceeded_quota": ("quota", _QUOTA),
    "billing_hard_limit_reached": ("quota", _QUOTA),
    "invalid_training_file": ("invalid_file", _BAD_FILE),
    "invalid_validation_file": ("invalid_file", _BAD_FILE),
    "invalid_file_format": ("invalid_file", _BAD_FILE),
    **{code: (code, words) for code, words in LOCAL_ERRORS.items()},
}


def local_error(code: str, more: str = "") -> FineTuningError:
    """Return the error of a code.

    Example:
        >>> local_error("loss_not_finite", "(step 3)")
        FineTuningError('The loss is not a number (NaN or infinite). Choose a smaller learning_rate. (step 3)')
    """
    return FineTuningError(f"{LOCAL_ERRORS[code]} {more}".strip(), code=code)


def invalid_file(detail: str | None) -> FineTuningError:
    """Return the error of a file that the provider refuses."""
    code, words = known_error(None, detail) or ("invalid_file", _BAD_FILE)
    return FineTuningError(words, code=code, detail=detail)


def failure(state: JobState) -> FineTuningError:
    """Return the error of an unsuccessful job: why, and what to do."""
    job_id = state.job_id
    if state.status == "cancelled":
        words = f"Job {job_id} was cancelled. fine_tune() starts another; the files "
        words += "that are there already are not sent again."
        return FineTuningError(words, job_id=job_id, code="cancelled")
    known = known_error(state.error_code, state.detail)
    code, words = known or (state.error_code or "failed", OWN_WORDS)
    about = f" ({state.error_param})" if state.error_param else ""
    return FineTuningError(
        f"Job {job_id} failed{about}. {words}",
        job_id=job_id,
        code=code,
        detail=state.detail,
    )


def known_error(code: str | None, detail: str | None) -> tuple[str, str] | None:
    """Return what is known of a code; moderation has none of its own, so look at the words."""
    words = f"{code} {detail}".lower()
    if _MODERATED.search(words):
        return "moderation", _MODERATION
    if not code and _USED_UP.search(words):
        return "quota", _QUOTA
    return _BY_CODE.get(code or "")
