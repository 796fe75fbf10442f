"""What templates of comments call."""
