"""Measurements inside the product: a separate program, with Django set up on the measured database."""
