"""Outbound messages: SOAP that an org sends when a saved record meets a condition.

A save queues a notification; `sender` sends what is due until the receiver acknowledges it.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_notifications.htm
"""
