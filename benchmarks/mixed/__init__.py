"""Readers and editors at once: requests are sent when they are due, even if earlier ones are unanswered."""
