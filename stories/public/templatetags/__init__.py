"""What templates of public pages call: the head of a page, as machines read it."""
