"""From a dataset to a model in a chain: start, follow, resume and use a training job."""

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
