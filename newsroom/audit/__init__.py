"""The append-only log of what was done, to any kind of thing."""
