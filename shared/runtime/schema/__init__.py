"""The tables that every service has, and its migrations."""
