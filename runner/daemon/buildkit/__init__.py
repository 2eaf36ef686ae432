"""BuildKit's client over the engine's own API: the control service is called, and a session answers what it asks.

    wire        protobuf's wire format, without messages
    exchange    one gRPC call as either side of it has it
    connection  HTTP/2 on one socket, driven by a thread of its own
    dial        the one place that knows how an engine lets BuildKit be reached
    session     what BuildKit may ask of its client: health, credentials, secrets, agents, files
    file_sync   the files of a build, of which only changed ones travel
    solve       a build request in BuildKit's words
    status      what BuildKit tells of a build's steps
    build       all of it together

Knows nothing of workflows. Its facts are BuildKit's protocol files (api/services/control, session/*, tonistiigi/fsutil)
and what engines 20.10 and 28.5 do; the tests in tests/engine/buildkit show them.
"""
