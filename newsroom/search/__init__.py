"""Full-text search: one analyser and one ranking for both databases, and one row for each edition, topic and outlet."""
