"""What polling triggers share: changes, cursors, field history."""
