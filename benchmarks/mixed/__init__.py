"""A benchmark with a mixed load from readers and editors.

Requests are sent when they are due, even if earlier ones are unanswered.
"""
