"""Speed, measured against the floor: what decoding and bare inference alone would take."""
