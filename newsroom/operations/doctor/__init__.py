"""The examination of a site: what is in order, what is not, and what an operator should do about it.

An examination changes nothing. Other apps register what they examine (``registry.register``).
"""
