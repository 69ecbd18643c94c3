"""Flags.

``options``    flags that mean the same in every command
``generated``  problems made from flags
"""
