"""Fitted models as artefacts: fit, version by content, save without pickle, load, evaluate, watch."""
