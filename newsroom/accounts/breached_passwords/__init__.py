"""Passwords that were stolen elsewhere: a list of their digests, and the refusal to take one of them."""
