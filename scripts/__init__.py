"""One file per command: argument parsing, progress, printing; no mathematics."""
