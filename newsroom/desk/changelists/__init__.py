"""Changelists with saved views, configurable columns, filters and capped counts."""
