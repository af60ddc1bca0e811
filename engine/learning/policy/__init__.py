"""What thresholds and zone may become, and what it takes before they do (METHOD B5)."""
