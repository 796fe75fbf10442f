"""Outlets: papers, broadcasters, agencies. Their models belong to the app of stories."""
