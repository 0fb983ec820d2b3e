"""The policy: learners that keep directions, their blend, the stages that may sharpen it, and its one file."""
