"""Full-text search: one analyser and one ranking for both databases, one row for each edition, topic and outlet."""
