"""Kernel ridge over texts, the detector of unknown ones, the router of both, and the matcher of questions."""
