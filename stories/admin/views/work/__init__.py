"""Screens of a work other than its form."""
