"""Figures in plain text, by the word lists of a language: amounts and their units, days, and who is named as a source."""
