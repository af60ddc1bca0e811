"""The market table: what each of the 22 markets' picks were worth, and which badge that earns.

Figures of few picks are pulled towards those of all markets; a badge is given by rules that keep
their promise when nothing is there to be found (METHOD B4; DECISIONS 0039).
"""
