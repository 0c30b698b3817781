"""Sessions and examples → files: training data of every format, checks, a report page."""

from langchain_imessage.datasets._dataset import Dataset, read_dataset
from langchain_imessage.datasets._write_dataset import write_dataset
from langchain_imessage.datasets.formats._specs import (
    SINKS,
    Sink,
)
from langchain_imessage.datasets.report._write_report import write_report
from langchain_imessage.datasets.targets._huggingface import to_hf_dataset
from langchain_imessage.datasets.targets._langsmith import upload_to_langsmith
from langchain_imessage.datasets.targets._openai_jsonl import write_jsonl
from langchain_imessage.datasets.targets._pandas import to_dataframe
from langchain_imessage.datasets.targets._session_folder import (
    SessionFolder,
    write_session_folder,
)
from langchain_imessage.datasets.targets._session_jsonl import write_sessions
from langchain_imessage.datasets.validation._findings import Finding
from langchain_imessage.datasets.validation._validate import validate

__all__ = [
    "SINKS",
    "Dataset",
    "Finding",
    "SessionFolder",
    "Sink",
    "read_dataset",
    "to_dataframe",
    "to_hf_dataset",
    "upload_to_langsmith",
    "validate",
    "write_dataset",
    "write_jsonl",
    "write_report",
    "write_session_folder",
    "write_sessions",
]
