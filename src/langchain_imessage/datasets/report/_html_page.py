"""The page's source files and the data → one HTML file that needs nothing else.

Owns what makes the file safe to open: data can end no element, the browser is told to load
nothing and to run only what is ours, and the file is its owner's alone. What is in the
data is the report's business; what it looks like is that of the files in `page/`.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from langchain_imessage.files import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class PageSources(NamedTuple):
    """The source files of a page.

    Attributes:
        package: Whose folder `page` they are in.
        page: The HTML.
        style: The stylesheet.
        scripts: In this order: what is run at once may use only what stands above it.
    """

    package: str
    page: str
    style: str
    scripts: tuple[str, ...]


_REPORT: Final = PageSources(
    package="langchain_imessage.datasets.report",
    page="report.html",
    style="report.css",
    scripts=(
        "dom.js",
        "data.js",
        "decisions.js",
        "charts.js",
        "likeness.js",
        "overview.js",
        "examples.js",
        "start.js",
    ),
)

_POLICY: Final = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; "
    "img-src data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing is loaded, only this script runs, and text never becomes markup."""

_UNSAFE: Final = "<>&\u2028\u2029"
"""`</script>` and `<!--` begin with the first; the others are for older readers."""

_SURROGATES: Final = re.compile("[\ud800-\udfff]")


@contextmanager
def new_page(
    path: Path, sources: PageSources = _REPORT
) -> Iterator[Callable[[str, Any], None]]:
    """Begin a page that takes the path's place when all went well.

    Args:
        path: The file to write or to replace.
        sources: What it is made of.

    Yields:
        A function that puts a value into the page, as JSON under a name: it becomes the
        `id` of an element, or after a dot its `class`.
    """
    before, after = _frame(sources)
    with replacing(path) as file:

        def put(name: str, value: Any) -> None:
            kind = "class" if name.startswith(".") else "id"
            file.write(f'<script type="application/json" {kind}="{name.lstrip(".")}">')
            file.write(in_script(value))
            file.write("</script>\n")

        file.write(before)
        yield put
        file.write(after)


def in_script(value: Any) -> str:
    r"""Write a value as JSON that stands safely in a script element.

    Example:
        >>> in_script("</script><!--")
        '"\\u003c/script\\u003e\\u003c!--"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in _UNSAFE:
        text = text.replace(character, f"\\u{ord(character):04x}")
    return _SURROGATES.sub("\ufffd", text)


def _frame(sources: PageSources) -> tuple[str, str]:
    """Return the page before its data and after it."""
    folder = files(sources.package) / "page"
    texts = [folder.joinpath(name).read_text("utf-8") for name in sources.scripts]
    script = "\n".join(texts)
    style = folder.joinpath(sources.style).read_text("utf-8")
    policy = _POLICY.format(script=_digest(script), style=_digest(style))
    page = folder.joinpath(sources.page).read_text("utf-8")
    before, after = page.split("{{data}}")
    before = before.replace("{{policy}}", policy).replace("{{style}}", style)
    return before, after.replace("{{script}}", script)


def _digest(source: str) -> str:
    """Name a source as a content security policy does."""
    return b64encode(sha256(source.encode()).digest()).decode()
