"""Forms for stories and questions, and for publishing them."""
