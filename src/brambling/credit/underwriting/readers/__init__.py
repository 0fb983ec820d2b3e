"""Credit policies from their YAML files, applications from tables."""

from brambling.credit.underwriting.readers.policies import NEWEST, policy_from, policy_version, shipped_policy

__all__ = ["NEWEST", "policy_from", "policy_version", "shipped_policy"]
