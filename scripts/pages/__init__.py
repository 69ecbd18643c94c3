"""The report: one self-contained web page."""
