"""The table of detectors a `Redactor` has without being told; names are its own affair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction.detectors._codes import find_codes
from langchain_imessage.transforms.redaction.detectors._emails import find_emails
from langchain_imessage.transforms.redaction.detectors._numbers import (
    find_cards,
    find_ibans,
    find_ids,
    find_ips,
    find_ssns,
)
from langchain_imessage.transforms.redaction.detectors._phones import find_phones
from langchain_imessage.transforms.redaction.detectors._places import find_places
from langchain_imessage.transforms.redaction.detectors.addresses._street_addresses import (
    find_addresses,
)
from langchain_imessage.transforms.redaction.detectors.announced._announced import (
    find_announced,
)
from langchain_imessage.transforms.redaction.detectors.links._profiles import (
    find_profiles,
)
from langchain_imessage.transforms.redaction.detectors.links._urls import find_secrets

if TYPE_CHECKING:
    from langchain_imessage.transforms.redaction._matches import Detector

DETECTORS: tuple[Detector, ...] = (
    find_emails,
    find_places,
    find_profiles,
    find_secrets,
    find_cards,
    find_ibans,
    find_ids,
    find_ssns,
    find_phones,
    find_ips,
    find_addresses,
    find_codes,
    find_announced,
)
"""The most specific first: it wins where two find the same stretch of a text."""

WORDY: tuple[Detector, ...] = (find_emails, find_secrets, find_announced)
"""Those that find something in a text without digits and signs."""

ACROSS_LINES: tuple[Detector, ...] = (
    find_cards,
    find_ibans,
    find_ids,
    find_ssns,
    find_phones,
)
"""Those whose finds are split when somebody sends them in two bubbles."""
