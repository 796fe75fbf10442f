"""Corrections of words that nothing was found for."""
