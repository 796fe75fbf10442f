"""Notifications to people at the desk: in their inbox, and by mail at once or as a daily digest, as each chose."""
