"""Documents as text, Markdown, CSV, LaTeX, JSON.

``delivery``  results to standard output and a file, and the exit status
``summary``   a result in a few lines
``writing``   JSON, CSV, files
"""
