"""One canonical and one display form of an address, and what is equal to what.

Whoever compares two addresses, anywhere, compares what is made here.
"""

from langchain_imessage.addresses._address import (
    Address,
    AddressKind,
    normalize,
    parse_address,
)
from langchain_imessage.addresses._comparing import (
    fits,
    is_without_country,
    national_digits,
)
from langchain_imessage.addresses._numbering_plans import (
    e164,
    phonenumbers,
    region_of,
    usual_region,
)
from langchain_imessage.addresses._written_forms import LEAST_DIGITS

__all__ = [
    "LEAST_DIGITS",
    "Address",
    "AddressKind",
    "e164",
    "fits",
    "is_without_country",
    "national_digits",
    "normalize",
    "parse_address",
    "phonenumbers",
    "region_of",
    "usual_region",
]
