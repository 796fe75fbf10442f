"""Spelling corrections for words that nothing was found for."""
