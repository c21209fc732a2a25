"""What an operator asks of a running stack, over the same REST that everybody uses."""
