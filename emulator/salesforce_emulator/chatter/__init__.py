"""Chatter's and Connect's resources, as far as clients need them to look around."""
