"""A few related records for statements about relationships."""

from local_org.soql.questions import Asker


class Family:
    """An account with two contacts and a task, an account without, and a contact alone."""

    def __init__(self, ask: Asker) -> None:
        self.ask = ask
        self.acme = ask.create("Account", Name="Acme", Rating="Hot", BillingCity="Rome")
        self.bolt = ask.create("Account", Name="Bolt", ParentId=self.acme)
        self.ann = ask.create("Contact", LastName="Ann", AccountId=self.acme)
        self.bob = ask.create("Contact", LastName="Bob", AccountId=self.acme)
        ask.create("Contact", LastName="Cyd")
        self.lead = ask.create("Lead", LastName="Lee", Company="Leeds")
        self.task = ask.create("Task", Subject="Call", WhoId=self.ann, WhatId=self.acme)
        self.other = ask.create("Task", Subject="Mail", WhoId=self.lead)
