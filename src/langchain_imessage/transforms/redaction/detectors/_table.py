"""The table of detectors a `Redactor` has without being told; names are its own affair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction.detectors._codes import find_codes
from langchain_imessage.transforms.redaction.detectors._emails import find_emails
from langchain_imessage.transforms.redaction.detectors._numbers import (
    find_cards,
    find_ibans,
    find_ips,
    find_ssns,
)
from langchain_imessage.transforms.redaction.detectors._phones import find_phones
from langchain_imessage.transforms.redaction.detectors._street_addresses import (
    find_addresses,
)
from langchain_imessage.transforms.redaction.detectors._urls import find_secrets

if TYPE_CHECKING:
    from langchain_imessage.transforms.redaction._matches import Detector

DETECTORS: tuple[Detector, ...] = (
    find_emails,
    find_secrets,
    find_cards,
    find_ibans,
    find_ssns,
    find_phones,
    find_ips,
    find_addresses,
    find_codes,
)
"""The most specific first: it wins where two find the same stretch of a text."""
