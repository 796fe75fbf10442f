"""Background work: the worker, its signs of life, tries and waits, and what failed."""
