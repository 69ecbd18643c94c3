"""Every critical point of the loss of a small network: enumerated, certified, classified."""
