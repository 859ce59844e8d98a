"""SOQL: a grammar, a tree, and SQL made from it for the org's tables."""
