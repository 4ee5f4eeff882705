"""How the networks in models/ were trained: from labelled folders to the committed files, reproducibly."""
