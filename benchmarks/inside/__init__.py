"""Measurements from within the product: a program of its own, with Django set up on the measured database."""
