"""Values to files that people open elsewhere; no I/O."""
