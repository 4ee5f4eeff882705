"""Trains the networks in models/, reproducibly: from folders of labelled pictures to the committed files."""
