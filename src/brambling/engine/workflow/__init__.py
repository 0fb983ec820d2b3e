"""Durable work: steps, timers, queues, tasks that wait for a person, and the sweeper."""
