"""The synthetic town: seeded businesses with known truth. Stands beside the house; imports the kit only."""
