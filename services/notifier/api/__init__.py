"""Notifier over REST: HTTP to command to answer."""
