"""The messages of the Pub/Sub API, declared for protobuf's runtime.

Names and numbers are those of Salesforce's published schema.

https://github.com/forcedotcom/pub-sub-api
"""

from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE: Final = "eventbus.v1.PubSub"
LATEST: Final = 0  # of ReplayPreset; int32 is the same on the wire
EARLIEST: Final = 1
CUSTOM: Final = 2

# A field is its number, its type, and whether it comes many times.
_TABLE: Final = """
TopicRequest: topic_name 1 string
TopicInfo: topic_name 1 string, tenant_guid 2 string, can_publish 3 bool, can_subscribe 4 bool,
    schema_id 5 string, rpc_id 6 string
EventHeader: key 1 string, value 2 bytes
ProducerEvent: id 1 string, schema_id 2 string, payload 3 bytes, headers 4 EventHeader many
ConsumerEvent: event 1 ProducerEvent, replay_id 2 bytes
FetchRequest: topic_name 1 string, replay_preset 2 int32, replay_id 3 bytes, num_requested 4 int32,
    auth_refresh 5 string
FetchResponse: events 1 ConsumerEvent many, latest_replay_id 2 bytes, rpc_id 3 string,
    pending_num_requested 4 int32
SchemaRequest: schema_id 1 string
SchemaInfo: schema_json 1 string, schema_id 2 string, rpc_id 3 string
"""


def _messages() -> dict[str, Any]:
    package = SERVICE.rpartition(".")[0]
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="salesforce_emulator/event_bus.proto", package=package, syntax="proto3"
    )
    lines = _TABLE.replace(",\n   ", ",").strip().splitlines()
    for line in lines:
        message, _, fields = line.partition(": ")
        declared = file.message_type.add(name=message)
        for part in fields.split(", "):
            name, number, kind, *many = part.split()
            field = declared.field.add(name=name, number=int(number))
            field.label = kinds.LABEL_REPEATED if many else kinds.LABEL_OPTIONAL
            if kind[0].isupper():
                field.type, field.type_name = kinds.TYPE_MESSAGE, f".{package}.{kind}"
            else:
                field.type = kinds.Type.Value(f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()  # its own: the connector in this process has one too
    pool.Add(file)
    return {
        item.name: message_factory.GetMessageClass(
            pool.FindMessageTypeByName(f"{package}.{item.name}")
        )
        for item in file.message_type
    }


_classes = _messages()

TopicRequest: Any = _classes["TopicRequest"]
TopicInfo: Any = _classes["TopicInfo"]
ProducerEvent: Any = _classes["ProducerEvent"]
ConsumerEvent: Any = _classes["ConsumerEvent"]
FetchRequest: Any = _classes["FetchRequest"]
FetchResponse: Any = _classes["FetchResponse"]
SchemaRequest: Any = _classes["SchemaRequest"]
SchemaInfo: Any = _classes["SchemaInfo"]
