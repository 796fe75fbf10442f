"""Measurements inside the product, made by a separate program that sets up Django with the measured database."""
