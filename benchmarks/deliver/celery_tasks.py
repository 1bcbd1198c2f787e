"""The same deliveries as Celery tasks. Needs Celery and requests and nothing of ours: it runs in an environment of its own.

celery -A celery_tasks worker            the worker, from this folder
python celery_tasks.py FILE              enqueue the posts in a JSON file: [url, secret, id, body] each
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from pathlib import Path

import requests
from celery import Celery

app = Celery("deliver", broker=os.environ["BROKER"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=16,
    broker_connection_retry_on_startup=True,
)
_local = threading.local()


@app.task(name="deliver", autoretry_for=(requests.RequestException,), retry_backoff=5, max_retries=9)  # type: ignore[untyped-decorator]
def deliver(url: str, secret: str, message_id: str, body: str) -> None:
    """Sign and post one message over a connection that is kept."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False
    timestamp = str(int(time.time()))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
    _local.session.post(
        url, data=body.encode(), headers=headers, timeout=15, allow_redirects=False
    ).raise_for_status()


if __name__ == "__main__":
    for post in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        deliver.delay(*post)
