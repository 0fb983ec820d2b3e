"""How work is done; knows no banking: access, workflow, llm, learn, search, reading, doors."""
