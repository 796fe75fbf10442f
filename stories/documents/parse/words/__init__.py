"""The words of a text that is read: its sentences, tokens and vocabulary."""
