"""The sales plan, negotiated in versions."""
