"""Avatar uploads for back ends, one module per web framework, and an MCP server.

Each module needs only its framework besides mettici.
"""
