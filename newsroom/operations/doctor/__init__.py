"""Examine a site: what is in order, what is not, and what an operator should do about it.

An examination changes nothing. Other apps register their own examinations (``registry.register``).
"""
