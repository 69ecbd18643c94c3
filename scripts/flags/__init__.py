"""Flags.

``options``    flags that mean the same in every command
``generated``  problems made from flags
``subcommands``  groups of commands that say what may have been meant
"""
