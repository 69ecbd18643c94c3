"""Certificates that somebody else can check.

``certificate``  the writer
``checker``      proves every claim again from the file and the exact loss alone
"""
