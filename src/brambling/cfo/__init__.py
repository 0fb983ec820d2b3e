"""The one-to-one expert for one business: asks the three lines, answers with numbers that code computed."""
