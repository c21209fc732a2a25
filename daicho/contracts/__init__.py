"""What the outside world relies on, written down from the code: schemas of events, AsyncAPI, OpenAPI."""
