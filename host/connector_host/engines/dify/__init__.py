"""Connectors as plugins of Dify: `generate` writes a package, which calls `runtime`.

The command `dify --out FOLDER` writes the plugin of one connector: its provider with both
kinds of sign-in, a tool for each action, an event for each pushed trigger, icons and pages. Dify
installs the package with the connector from the package index.

Polled triggers are left out: Dify supports only triggers that a service pushes.

https://docs.dify.ai/plugins
"""
