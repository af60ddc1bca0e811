"""What a walk through seasons gone by comes to: boards of the past, picks, and their figures."""
