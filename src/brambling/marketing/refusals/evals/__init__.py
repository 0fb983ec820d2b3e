"""Written refusals with what each one means, and what only looks like one; README.md says how truth was decided."""
