"""A policy that learns from people, and agreement told honestly."""
