"""What officials broadcast: written by one, approved by another, sent once to each."""
