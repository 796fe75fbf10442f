"""The audit log, access events, and the table of erasures."""
