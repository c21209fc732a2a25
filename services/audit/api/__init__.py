"""The questions audit answers over HTTP."""
