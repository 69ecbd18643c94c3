"""The command line: one file per command here, and rooms for what commands share. No mathematics.

``studies``   what a command computes: answers, ensembles, tables, landscapes, basins, soak tests, benchmarks
``printing``  documents as text, Markdown, CSV, LaTeX, JSON
``figures``   documents as figures
``pages``     documents as web pages
``flags``     flags that mean the same in every command
"""
