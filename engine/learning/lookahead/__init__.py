"""No look-ahead, shown: whatever is changed in the future, the past was told the same."""
