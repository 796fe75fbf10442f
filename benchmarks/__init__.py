"""Measure what the product costs (``make bench``), driving it from outside; the product imports nothing of this."""
