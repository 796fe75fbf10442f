"""Editions of a page, what changed between them, and corrections."""
