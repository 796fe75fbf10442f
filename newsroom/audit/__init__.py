"""The audit log: an append-only log of the actions on objects of any kind."""
