"""The one gate for messages: consent, refusal, quiet hours, caps, expiry, and the only send."""
