"""Passwords from data breaches elsewhere: the list of their digests, and the validator that rejects them."""
