"""What happens in the demo year, made from a seed alone: who works where, what HR tells, what people do. Pure."""
