"""The forms of stories and questions, and of publishing them."""
