"""Who is calling: bearer tokens of trusted issuers, and nothing about what the caller may do."""

from shared.runtime.auth.authenticator import Authenticator, Caller, authenticate, caller_of
from shared.runtime.auth.tokens import Principal, Unauthenticated

__all__ = ["Authenticator", "Caller", "Principal", "Unauthenticated", "authenticate", "caller_of"]
