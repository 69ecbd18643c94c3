"""Certificates that somebody else can check.

``certificate``  the writer
``claims``       what a certificate claims, read from its file
``checker``      proves every claim again from the file and the exact loss alone
"""
