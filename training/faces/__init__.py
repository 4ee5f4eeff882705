"""The network that tells how a face looks: smile, eyes open, what hides face or eyes, person or not."""
