"""Copies of a page for others: as text, as data, embedded, as a share image."""
