"""Reader reports: the form, a same-origin check without cookies, rate limits, and the model."""
