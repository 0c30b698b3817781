"""Sessions → examples worth training on, with a count of every message."""

from langchain_imessage.preparation._example_ids import example_id
from langchain_imessage.preparation._preparation_report import PreparationReport
from langchain_imessage.preparation._prepare_examples import prepare
from langchain_imessage.preparation._prepared import Prepared
from langchain_imessage.preparation._pricing import (
    PRICES,
    billed_tokens,
    default_epochs,
    training_cost,
)
from langchain_imessage.preparation._tokens import estimate_tokens, token_counter
from langchain_imessage.preparation._vault_file import read_vault, write_vault

__all__ = [
    "PRICES",
    "PreparationReport",
    "Prepared",
    "billed_tokens",
    "default_epochs",
    "estimate_tokens",
    "example_id",
    "prepare",
    "read_vault",
    "token_counter",
    "training_cost",
    "write_vault",
]
