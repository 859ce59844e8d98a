"""The messages of the Pub/Sub API that a subscriber needs, declared for protobuf's runtime.

Names and numbers are those of Salesforce's published schema; what a subscriber never sends or reads
is not here. Importing it needs the extra `pubsub`.

https://github.com/forcedotcom/pub-sub-api
"""

from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

LATEST: Final = 0  # of ReplayPreset, which is a varint on the wire as int32 is
EARLIEST: Final = 1
CUSTOM: Final = 2

GET_TOPIC: Final = "/eventbus.v1.PubSub/GetTopic"
SUBSCRIBE: Final = "/eventbus.v1.PubSub/Subscribe"
GET_SCHEMA: Final = "/eventbus.v1.PubSub/GetSchema"

_PACKAGE: Final = "eventbus.v1"
_REPEATED: Final = "*"

# Message -> field -> number and type; `*` before the type of a repeated field.
_MESSAGES: Final = {
    "TopicRequest": {"topic_name": (1, "string")},
    "TopicInfo": {"topic_name": (1, "string"), "can_subscribe": (4, "bool")},
    "ProducerEvent": {"id": (1, "string"), "schema_id": (2, "string"), "payload": (3, "bytes")},
    "ConsumerEvent": {"event": (1, "ProducerEvent"), "replay_id": (2, "bytes")},
    "FetchRequest": {
        "topic_name": (1, "string"),
        "replay_preset": (2, "int32"),
        "replay_id": (3, "bytes"),
        "num_requested": (4, "int32"),
    },
    "FetchResponse": {
        "events": (1, "*ConsumerEvent"),
        "latest_replay_id": (2, "bytes"),
        "rpc_id": (3, "string"),
        "pending_num_requested": (4, "int32"),
    },
    "SchemaRequest": {"schema_id": (1, "string")},
    "SchemaInfo": {"schema_json": (1, "string"), "schema_id": (2, "string")},
}


def _declare() -> dict[str, Any]:
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="salesforce_connector/event_bus.proto", package=_PACKAGE, syntax="proto3"
    )
    for message, fields in _MESSAGES.items():
        declared = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            field = declared.field.add(name=name, number=number)
            many = kind.startswith(_REPEATED)
            field.label = kinds.LABEL_REPEATED if many else kinds.LABEL_OPTIONAL
            kind = kind.removeprefix(_REPEATED)
            if kind in _MESSAGES:
                field.type, field.type_name = kinds.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
            else:
                field.type = kinds.Type.Value(f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()  # its own: another library may know the same package
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in _MESSAGES
    }


_classes = _declare()

TopicRequest: Any = _classes["TopicRequest"]
TopicInfo: Any = _classes["TopicInfo"]
FetchRequest: Any = _classes["FetchRequest"]
FetchResponse: Any = _classes["FetchResponse"]
SchemaRequest: Any = _classes["SchemaRequest"]
SchemaInfo: Any = _classes["SchemaInfo"]
