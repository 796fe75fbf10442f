"""The sentences, tokens and vocabulary of a text."""
