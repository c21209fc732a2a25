"""From a record on Kafka to rows: feed, intake, sift; views and how they are built anew."""
