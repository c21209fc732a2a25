"""What people do in the demo, each over REST with a token of his own; one file for each part of the work."""
