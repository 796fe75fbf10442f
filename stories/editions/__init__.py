"""Editions, front page, related stories and review dates: the models that public pages may read."""
