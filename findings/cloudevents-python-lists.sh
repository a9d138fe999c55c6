#!/usr/bin/env bash
# cloudevents 2.2.0 for Python writes data of application/json in HTTP's binary mode as JSON only if it is a dict. A list leaves as Python
# prints it, [{'paid': True}], under that content type; a boolean as True. Read back it is a text. In structured mode the same
# event is right, and the package's older interface (cloudevents.v1) writes JSON in both.
# Needs Python 3.
source "$(dirname "$0")/common.sh"
install_python cloudevents==2.2.0
expect_python "a dict: {\"paid\": true}
a list: [{'paid': True}]
a boolean: True
a list, read back: a str
a list, structured: [{\"paid\": true}]
a list, cloudevents.v1: [{\"paid\": true}]" <<'PY'
import json

from cloudevents.core.bindings.http import from_binary_event, to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1.http import CloudEvent as OlderEvent
from cloudevents.v1.http import to_binary

attributes = {"id": "1", "source": "/a", "type": "a.b", "specversion": "1.0", "datacontenttype": "application/json"}
invoices = [{"paid": True}]
event = CloudEvent(attributes, invoices)
print("a dict:", to_binary_event(CloudEvent(attributes, invoices[0])).body.decode())
print("a list:", to_binary_event(event).body.decode())
print("a boolean:", to_binary_event(CloudEvent(attributes, True)).body.decode())
print("a list, read back: a", type(from_binary_event(to_binary_event(event)).get_data()).__name__)
print("a list, structured:", json.dumps(json.loads(to_structured_event(event).body)["data"]))
print("a list, cloudevents.v1:", to_binary(OlderEvent(attributes, invoices))[1].decode())
PY
