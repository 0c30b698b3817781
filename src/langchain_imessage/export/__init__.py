"""Sessions and examples → files."""

from langchain_imessage.export._cost import (
    PRICES,
    billed_tokens,
    default_epochs,
    training_cost,
)
from langchain_imessage.export._dataframe import to_dataframe
from langchain_imessage.export._dataset import Dataset, read_dataset, write_dataset
from langchain_imessage.export._findings import Finding
from langchain_imessage.export._huggingface import to_hf_dataset
from langchain_imessage.export._ids import example_id
from langchain_imessage.export._jsonl import write_jsonl
from langchain_imessage.export._langsmith import upload_to_langsmith
from langchain_imessage.export._preparation import PreparationReport
from langchain_imessage.export._prepare import Prepared, prepare
from langchain_imessage.export._report import write_report
from langchain_imessage.export._sessions import write_sessions
from langchain_imessage.export._sinks import SINKS, Sink
from langchain_imessage.export._tokens import estimate_tokens, token_counter
from langchain_imessage.export._validate import validate
from langchain_imessage.export._vault import read_vault, write_vault

__all__ = [
    "PRICES",
    "SINKS",
    "Dataset",
    "Finding",
    "PreparationReport",
    "Prepared",
    "Sink",
    "billed_tokens",
    "default_epochs",
    "estimate_tokens",
    "example_id",
    "prepare",
    "read_dataset",
    "read_vault",
    "to_dataframe",
    "to_hf_dataset",
    "token_counter",
    "training_cost",
    "upload_to_langsmith",
    "validate",
    "write_dataset",
    "write_jsonl",
    "write_report",
    "write_sessions",
    "write_vault",
]
