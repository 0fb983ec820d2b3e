"""What a user can ask: the structure of files (:mod:`structure`), and of the bank's wealth companies (:mod:`companies`)."""
