"""The network that tells what a picture is, and what was added to it or hides the face in it."""
