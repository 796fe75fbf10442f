"""The demonstration: a small invented world, written by us and published with the same verbs as real stories."""
