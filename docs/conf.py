"""The documentation as a site: pages in Markdown (MyST), the public door from its docstrings. ``make docs`` builds it."""

import sys
from importlib import metadata
from pathlib import Path

import critscape

sys.path.insert(0, str(Path(__file__).parent))


project = "critscape"
author = "the critscape authors"
release = metadata.version("critscape")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "typesetting"]
html_theme = "furo"
html_title = f"critscape {release}"
html_show_sourcelink = False
html_show_copyright = False
# A hundred columns, the width of sessions, fit beside the contents.
_CODE = {"code-font-size": "0.69rem"}
html_theme_options = {"light_css_variables": _CODE, "dark_css_variables": _CODE}
exclude_patterns = ["_build"]
myst_heading_anchors = 4
myst_enable_extensions = ["dollarmath"]
html_math_renderer = "mathml"
# A docstring says shapes and units in its words; signatures are short.
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False


def setup(app):
    """Public names are loaded when they are first asked for; autodoc lists what is there."""
    for name in critscape.__all__:
        getattr(critscape, name)
