"""Screens that belong to no list of one model."""
