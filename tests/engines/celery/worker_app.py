"""The app that worker processes load: `celery --app engines.celery.worker_app worker`."""

import os

from celery import Celery

from connector_host.engines.celery import register_tasks

app = Celery("tests", broker=os.environ["TEST_BROKER"], backend=os.environ["TEST_BROKER"])
# Seconds after which Redis gives a message of a dead worker to another; an hour by default.
app.conf.broker_transport_options = {"visibility_timeout": 5}
app.conf.worker_prefetch_multiplier = 1
register_tasks(app)
