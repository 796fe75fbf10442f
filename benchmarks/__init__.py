"""Measures what the product costs: ``make bench``. It drives the product from outside, and nothing of it imports this."""
