"""What readers tell us of errors: how it comes in from anybody without a cookie, and what is kept of it."""
