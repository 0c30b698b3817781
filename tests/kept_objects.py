"""Has the garbage collector pass over what collecting the tests has made.

Owns nothing but that. Modules and test items stay until the end, a million objects of
them, and each full collection would look at all: a fifth of them is left to it so.
"""

from __future__ import annotations

import gc

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Move them to where the collector does not look."""
    gc.collect()
    gc.freeze()
