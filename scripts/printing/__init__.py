"""Documents as text, Markdown, CSV, LaTeX, JSON."""
