"""BuildKit client over the Engine API: calls the control service, and serves the session that BuildKit calls.

    protobuf       protobuf's wire format, without message types
    rpc_call       one gRPC call, as either side sees it
    grpc_stream    gRPC framing and status on HTTP/2
    connection     HTTP/2 on one socket, driven by a thread of its own
    socket_tunnel  a socket carried over a call
    connect        the one module that knows how an engine exposes BuildKit
    session        the services that BuildKit may call: health, credentials, secrets, ssh agents, files
    file_sync      the transfer of a build's files, changed ones only
    solve          a build request as BuildKit's messages
    status         BuildKit's progress messages
    build          all of it together

Independent of workflows. It follows BuildKit's protocol files (api/services/control, session/*, tonistiigi/fsutil) and
the behaviour of engines 20.10 and 28.5; the tests in tests/engine/buildkit verify it.
"""
