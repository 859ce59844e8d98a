"""The studio: the host's API and a page for it, for one person on this machine.

The page is built from the folder `studio/` of the repository into `static/` (`make studio-page`),
and is in the wheel.
"""
