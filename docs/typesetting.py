"""How the site sets what pages and docstrings write for readers of plain text: formulas, subscripts, sessions, errors that are raised."""

import re
from functools import partial

from docutils import nodes
from latex2mathml.converter import convert
from pygments.lexer import RegexLexer, bygroups, using
from pygments.lexers.shell import BashLexer
from pygments.token import Generic
from sphinx.transforms.post_transforms import SphinxPostTransform

SHIFTED = re.compile(r"_(\{[^{}]+\}|[a-z]{4,}|[vw]{2}|[^\W_](?:[ijoq](?!_))?|∞)|\^(\{[^{}]+\}|[a-z]{4,}|−?[^\W\d_]|[±∞])")
"""A subscript or a superscript: what stands in braces, a word, a letter, or two of the indices that stand together."""
VERBATIM = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw, nodes.comment)


class Console(RegexLexer):
    """Sessions in which # is the head of a column of numbers and no prompt."""

    tokens = {  # noqa: RUF012 - the library's own form
        "root": [(r"^(\$ )(.*\n)", bygroups(Generic.Prompt, using(BashLexer))), (r".*\n", Generic.Output)],
    }


class Shifts(SphinxPostTransform):
    """N_C and t^{1/m} in sentences as in print; names of fields such as output_bias stay."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, VERBATIM) and len(parts := shifted(text.astext())) > 1:
                text.parent.replace(text, parts)


def shifted(text):
    """A text as nodes of text, subscripts and superscripts."""
    found, done = [], 0
    for match in SHIFTED.finditer(text):
        word = re.search(r"\w*$", text[: match.start()])[0]
        if re.match("[A-Za-z]{2}", word) or (not word and match[1] and text[match.start() - 1 : match.start()] not in "′Σ∇∂|‖·)"):
            continue
        content = shifted((match[1] or match[2]).strip("{}"))
        found += [nodes.Text(text[done : match.start()]), (nodes.subscript if match[1] else nodes.superscript)("", "", *content)]
        done = match.end()
    return [node for node in (*found, nodes.Text(text[done:])) if node.astext()]


def set_formula(writer, node, display):
    """A formula as MathML, which browsers set without loading anything."""
    formula = convert(node.astext(), display=display)
    # Bars of norms are not brackets to browsers: they would be as high as the whole formula.
    formula = formula.replace("<mo>&#x02016;</mo>", '<mo stretchy="false">&#x02016;</mo>')
    # Wider than a phone, a formula is moved sideways on its own.
    writer.body.append(formula if display == "inline" else f'<div style="overflow-x: auto; margin: 0.5rem 0">{formula}</div>')
    raise nodes.SkipNode


def raised(app, what, name, obj, options, lines):
    """``BadInput : it cannot be used`` below ``Raises``, as the docstrings have it, becomes two lines, as the generator reads it."""
    within = False
    result = []
    for line in lines:
        within = (within or line.strip() == "Raises") and bool(line.strip())
        error = re.fullmatch(r"(\S.*?) : (.*)", line) if within else None
        result += [error[1], f"    {error[2]}"] if error else [line]
    lines[:] = result


def setup(app):
    app.add_lexer("console", Console)
    app.add_post_transform(Shifts)
    app.add_html_math_renderer("mathml", (partial(set_formula, display="inline"), None), (partial(set_formula, display="block"), None))
    # Before the generator's own reading of sections.
    app.connect("autodoc-process-docstring", raised, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
