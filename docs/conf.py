"""How Sphinx builds the site: `make docs`. What the pages say is in the pages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import langchain_imessage

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "langchain-imessage"
author = "The langchain-imessage authors"
project_copyright = "The langchain-imessage authors"
version = release = langchain_imessage.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "made_from_code",
    "markdown_docstrings",
]
exclude_patterns = ["_build", "_extensions"]
root_doc = "index"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
# An arrow diagram, or an output, is in a block without a language.
highlight_language = "none"

autodoc_member_order = "bysource"
autodoc_default_options = {"exclude-members": "model_config"}  # pydantic's, not ours
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 72
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
pygments_dark_style = "github-dark"  # the theme's own underlines names of modules
html_title = f"langchain-imessage {release}"
html_static_path = ["_static"]
html_copy_source = False
# No page asks another host for a font or a script.
html_theme_options = {"navigation_with_keys": True}

# Only what is on this computer is looked at; with a network, make linkcheck LINKS=all.
linkcheck_ignore = [] if os.environ.get("LINKS") == "all" else [r"https?://"]
