"""Reader reports: the public form, and editors' decisions."""
