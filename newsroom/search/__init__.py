"""Finds what readers can read: one analyser and one ranking for both databases, one row for each edition, topic, outlet."""
