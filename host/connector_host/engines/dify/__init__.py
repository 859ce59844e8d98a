"""Connectors as plugins of Dify: `generate` writes a package, `runtime` is what it calls.

The command `dify --out FOLDER` writes the plugin of one connector: its provider with both
kinds of sign-in, a tool for each action, an event for each pushed trigger, icons and pages. Dify
installs the package with the connector from the package index.

Polled triggers are left out: Dify's triggers are pushed to it.

https://docs.dify.ai/plugins
"""
