"""The contract: what the services tell each other, and nothing else.

Importing the package registers every event, so that whoever decodes knows them all.
"""

from shared.events import audit, hr, incidents, ledger, notifier, training

__all__ = ["audit", "hr", "incidents", "ledger", "notifier", "training"]
