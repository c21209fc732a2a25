"""Companies, units, people and appointments as the HR feed tells them, and who may therefore do what. Pure."""
