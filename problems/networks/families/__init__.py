"""The families of networks, one file each: every module defines one class that follows
:class:`critscape.problems.networks.network.Network`.
"""
