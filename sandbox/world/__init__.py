"""The simulated football world: pure, seeded, every value a function of the seed and a time."""
