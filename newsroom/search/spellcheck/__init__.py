"""Spelling corrections for words without results."""
