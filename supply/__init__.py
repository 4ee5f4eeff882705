"""Supply-chain tools: `python -m supply`."""
