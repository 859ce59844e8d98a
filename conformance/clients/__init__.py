"""Other people's Salesforce clients, unmodified, each in an environment of its own.

What a client does is written as steps in `<client>_steps`, which runs in that environment;
`rows.py` starts an org, runs them, and gives the rows of the table.
"""
