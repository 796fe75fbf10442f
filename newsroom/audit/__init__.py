"""The audit log: an append-only log of what was done to objects of any kind."""
