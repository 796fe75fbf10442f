"""Reader reports: the form, checks of the sender without a cookie, and the model."""
