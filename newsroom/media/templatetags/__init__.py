"""What templates can say about pictures."""
