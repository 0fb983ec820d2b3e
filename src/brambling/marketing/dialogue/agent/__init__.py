"""The assistant: one turn of a conversation, by rules, approved texts and tools; wording by a language model if at all."""
