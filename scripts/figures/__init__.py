"""Figures, one file each, from documents."""
