"""The bench itself: scorers, search, shrinking, forms, proofs."""
