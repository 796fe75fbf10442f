"""The work of editors before and beside publishing."""
