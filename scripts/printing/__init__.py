"""Documents as text, Markdown, CSV, LaTeX, JSON.

``delivery``  results to standard output and a file, and the exit status
``writing``   JSON, CSV, files
"""
