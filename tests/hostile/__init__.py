"""Input that is damaged, doubled, forged or meant to do harm: it is handled or refused in one sentence."""
