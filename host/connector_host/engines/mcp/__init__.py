"""An MCP server over one connection: its actions as tools, live schemas and choices as resources.

`tools` decides what is listed and how results are bounded, without MCP; `server` speaks the
protocol by the official package, which the extra `mcp` installs.

https://modelcontextprotocol.io/specification
"""
