"""Trains the network that tells what a picture is, what was added to it, and what hides the face in it."""
