"""Who is calling: bearer tokens of trusted issuers, and nothing about what the caller may do."""

from shared.runtime.auth.authenticator import Authenticator, authenticate
from shared.runtime.auth.tokens import Principal, Unauthenticated

__all__ = ["Authenticator", "Principal", "Unauthenticated", "authenticate"]
