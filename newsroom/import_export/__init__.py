"""Tables of named things, out and in: each row that comes in is shown before it is taken, and none is dropped silently."""
