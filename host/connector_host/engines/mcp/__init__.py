"""An MCP server for one connection: its actions as tools, schemas and options as resources.

`tools` selects the actions and limits the size of results, without MCP; `server` implements the
protocol with the official package, which the extra `mcp` installs.

https://modelcontextprotocol.io/specification
"""
