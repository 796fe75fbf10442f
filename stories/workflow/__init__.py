"""Editorial work before and beside publishing."""
