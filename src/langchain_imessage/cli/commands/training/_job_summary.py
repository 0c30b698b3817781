"""What is printed of a job that was followed: its model and losses, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.terminal import safe_line

if TYPE_CHECKING:
    from langchain_imessage.finetuning import Job


def plain_job(job: Job) -> dict[str, Any]:
    """Return a job as JSON has it."""
    return {
        "job_id": job.job_id,
        "provider": job.provider,
        "status": job.status,
        "model": job.model,
        "fine_tuned_model": job.fine_tuned_model,
    }


def print_job(job: Job, *, check: str, chat: str) -> None:
    """Print a job.

    Args:
        job: The job.
        check: The arguments of the command that checks it.
        chat: The arguments of `chat` that name it.
    """
    from langchain_imessage.finetuning._types import is_final  # noqa: PLC0415

    if job.fine_tuned_model is None:
        printing.write(f"Job {safe_line(job.job_id)}: {safe_line(job.status)}")
        if not is_final(job.status):
            printing.write(f"Check it: langchain-imessage {check}")
        return
    printing.write(f"Model: {safe_line(job.fine_tuned_model)}")
    losses = [m.train_loss for m in job.metrics() if m.train_loss is not None]
    if losses:
        printing.write(f"Training loss: {losses[0]:.2f} → {losses[-1]:.2f}")
    printing.write(f"Chat with it: langchain-imessage chat {chat}")
