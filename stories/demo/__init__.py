"""The demonstration: a small invented world, written by us, that comes in the way real stories do."""
