"""Reader reports: the public form, and the decisions of editors."""
