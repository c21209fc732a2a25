"""From a command to published events: load, decide, append; outbox and relay."""
