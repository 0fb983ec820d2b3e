"""``agreeing`` compares two deciders; ``fitting`` learns a policy from people; ``deciding`` puts it to applications."""
