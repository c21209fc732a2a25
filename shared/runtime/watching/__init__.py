"""How a service is doing: logs, metrics, traces, readiness."""
