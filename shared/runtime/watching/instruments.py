"""What the event machinery counts. No label ever holds a person, a stream or a text."""

from prometheus_client import Counter, Gauge, Histogram

REJECTED = Counter(
    "daicho_commands_rejected_total", "Commands of reactions and timers the business refused", ["command", "slug"]
)
OUTBOX_DEPTH = Gauge("daicho_outbox_depth", "Events waiting for the relay")
OUTBOX_AGE = Gauge("daicho_outbox_age_seconds", "Age of the oldest of them, by the clock of the business")
RELAYED = Counter("daicho_relayed_events_total", "Events published and deleted from the outbox")
RELAY_FAILURES = Counter("daicho_relay_failures_total", "Batches that Kafka did not acknowledge")
CONSUMED = Counter("daicho_consumed_records_total", "Records by what became of them", ["subscription", "outcome"])
CONSUMER_FAILURES = Counter("daicho_consumer_failures_total", "Batches rolled back and read again", ["subscription"])
LAG_EVENTS = Gauge("daicho_consumer_lag_events", "Records not yet consumed", ["subscription"])
LAG_SECONDS = Gauge("daicho_consumer_lag_seconds", "Age of the newest record consumed, while behind", ["subscription"])
PARKED_STREAMS = Gauge("daicho_parked_streams", "Streams that wait for somebody's decision", ["subscription"])
BATCH_SECONDS = Histogram("daicho_consumer_batch_seconds", "Duration of one batch's transaction", ["subscription"])
TIMERS_FIRED = Counter("daicho_timers_fired_total", "Due commands given")
TIMERS_HELD = Gauge("daicho_timers_held", "Due commands that failed and wait for another try")
