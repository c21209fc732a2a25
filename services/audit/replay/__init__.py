"""The same folds and rules over the archive, or over Kafka from its first record, into a result of their own."""
