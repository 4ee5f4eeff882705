"""Scanning many photos: find them (`sources`), judge them (`local_engine`, `ray_engine`), write the reports
(`running`)."""
