"""The cache of public pages.

Responses are the same for everyone and are stored until something that they show changes.
"""
