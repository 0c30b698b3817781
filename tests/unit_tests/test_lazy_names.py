"""A package's names are there when they are asked for, and are listed before that."""

from __future__ import annotations

from importlib import import_module

import pytest

PACKAGES = [
    "langchain_imessage",
    *(
        f"langchain_imessage.{room}"
        for room in (
            "chat_loaders",
            "evaluation",
            "persona",
            "retrievers",
            "statistics",
            "testing",
            "tools",
            "transcripts",
        )
    ),
]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_found_and_listed(package: str) -> None:
    module = import_module(package)
    assert [name for name in module.__all__ if getattr(module, name) is None] == []
    assert dir(module) == sorted(module.__all__)


@pytest.mark.parametrize("package", PACKAGES)
def test_another_name_is_an_attribute_error_that_names_the_package(
    package: str,
) -> None:
    with pytest.raises(AttributeError, match=rf"'{package}' has no attribute 'absent'"):
        _ = import_module(package).absent
