"""A fictional group of companies, a fiscal year of its life, and the checks that the system got it right."""
