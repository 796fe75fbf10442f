"""Autosave: store typed text before it is saved; list, compare, restore and discard it."""
