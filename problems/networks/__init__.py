"""The families of networks, one file each: every module here defines one class that follows :class:`problems.network.Network`."""
