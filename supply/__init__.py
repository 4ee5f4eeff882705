"""What this project is made of, and how that is kept in hand: `python -m supply`."""
