"""What a record of settled bets says of itself: money, closes, luck, evidence, comparisons."""
