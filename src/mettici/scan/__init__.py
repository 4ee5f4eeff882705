"""Many photos: where they are (`sources`), who judges them (`workers`), where the reports go (`sinks`)."""
