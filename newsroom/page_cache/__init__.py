"""The cache of public pages.

Responses are the same for everyone and remain valid until something that they show changes.
"""
