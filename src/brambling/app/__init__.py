"""Wiring and start: build.py ties all, the server, the command line, the worker, MCP. Nothing here decides."""
