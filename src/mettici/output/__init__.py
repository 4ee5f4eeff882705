"""Output formats for reports: terminal, annotated picture, HTML, CSV, Excel, Parquet, and JSON lines."""
