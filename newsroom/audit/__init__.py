"""The audit log of actions on objects of any kind, access events, and the table of erasures."""
