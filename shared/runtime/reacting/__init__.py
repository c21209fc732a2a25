"""What follows by itself: from events, and from time."""
