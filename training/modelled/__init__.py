"""Pictures to learn from that are modelled by code, where labelled ones are few. Needs no torch."""
