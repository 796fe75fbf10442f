"""Publish a corpus of invented stories, always the same, for benchmarks and for testing the desk."""

from stories.demo.corpus.generate import publish_corpus, update_statistics

__all__ = ["publish_corpus", "update_statistics"]
