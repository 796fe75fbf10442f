"""The pages of stories and questions, and the parts that they share."""
