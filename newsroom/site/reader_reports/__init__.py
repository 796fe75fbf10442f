"""Reader reports: the form, the checks that need no cookie, and the model."""
