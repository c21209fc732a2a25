"""The contract: what the services tell each other, and nothing else."""
