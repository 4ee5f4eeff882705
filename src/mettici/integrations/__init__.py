"""The few lines that a back end needs at its avatar upload: one module for each web framework.

They need the framework itself, and nothing else beyond the library.
"""
