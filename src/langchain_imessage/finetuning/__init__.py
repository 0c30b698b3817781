"""From a dataset to a model in a chain: start, follow, resume and use a training job.

Each name is imported when it is first asked for: a part that needs little of the package
does not wait for the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

if TYPE_CHECKING:
    from langchain_imessage.finetuning._api import afine_tune, fine_tune
    from langchain_imessage.finetuning._attach import aattach, attach, jobs
    from langchain_imessage.finetuning._job import Job
    from langchain_imessage.finetuning._plan import Plan
    from langchain_imessage.finetuning._types import (
        Backend,
        Checkpoint,
        Event,
        JobState,
        Metric,
    )
    from langchain_imessage.finetuning.calls._retry import Pace
    from langchain_imessage.finetuning.external._commands import next_commands
    from langchain_imessage.finetuning.hosted.catalog._provider_types import Provider
    from langchain_imessage.finetuning.hosted.catalog._providers import PROVIDERS
    from langchain_imessage.finetuning.local._tiny_model import write_tiny_model
    from langchain_imessage.finetuning.local.models._model_choice import choose_model
    from langchain_imessage.finetuning.local.models._model_table import (
        LOCAL_MODELS,
        LocalModel,
    )
    from langchain_imessage.finetuning.local.models._small_model import small_model
    from langchain_imessage.finetuning.state._state_file import JobRecord

__all__ = [
    "LOCAL_MODELS",
    "PROVIDERS",
    "Backend",
    "Checkpoint",
    "Event",
    "Job",
    "JobRecord",
    "JobState",
    "LocalModel",
    "Metric",
    "Pace",
    "Plan",
    "Provider",
    "aattach",
    "afine_tune",
    "attach",
    "choose_model",
    "fine_tune",
    "jobs",
    "next_commands",
    "small_model",
    "write_tiny_model",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "_api": ("afine_tune", "fine_tune"),
        "_attach": ("aattach", "attach", "jobs"),
        "_job": ("Job",),
        "_plan": ("Plan",),
        "_types": ("Backend", "Checkpoint", "Event", "JobState", "Metric"),
        "calls._retry": ("Pace",),
        "external._commands": ("next_commands",),
        "hosted.catalog._provider_types": ("Provider",),
        "hosted.catalog._providers": ("PROVIDERS",),
        "local._tiny_model": ("write_tiny_model",),
        "local.models._model_choice": ("choose_model",),
        "local.models._model_table": ("LOCAL_MODELS", "LocalModel"),
        "local.models._small_model": ("small_model",),
        "state._state_file": ("JobRecord",),
    },
)
