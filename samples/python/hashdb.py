"""A client for a HashDb server, written from docs/PROTOCOL.md alone. Needs nothing but msgpack.

One request at a time, without TLS and checksums: the least that a client can do. As a program it makes a collection, stores
items, searches and meets two errors, and prints what it saw as JSON:

    python3 hashdb.py HOST PORT MODEL.hdbm DIMENSIONS
"""

import json
import socket
import struct
import sys
import uuid

import msgpack

HEAD = struct.Struct("<IIHHI")  # body length, request id, opcode, flags, checksum
ANSWER, ERROR, MORE = 1, 2, 4
HELLO, CREATE, INSERT, GET, PROBE, SEARCH, STATISTICS, REGISTER = 1, 11, 20, 23, 24, 25, 27, 34
MAX_FRAME_BYTES = 80 * 1024 * 1024


class HashDbError(Exception):
    """An error that the server answered."""

    def __init__(self, fields):
        super().__init__(fields[1])
        self.code = fields[0]
        self.is_transient = fields[2]


def pack(code, values):
    """Numbers as little-endian bytes: Q ids, f vectors, i labels and lengths."""
    return struct.pack(f"<{len(values)}{code}", *values)


def unpack(code, data):
    return list(struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data))


class HashDb:
    def __init__(self, host, port, token=None):
        self.socket = socket.create_connection((host, port), timeout=60)
        self.last_id = 0
        self.client_id = uuid.uuid4().bytes  # of the write stamps
        self.sent = {}  # operations sent, by collection
        self.floors = {}  # the floor of the client id, by collection
        hello = self.ask(HELLO, ["HASHDB", 1, 1, 0, "hashdb.py", token])[0]
        self.version, _, self.server, self.max_frame_bytes, self.max_in_flight = hello[:5]

    def close(self):
        self.socket.close()

    def create_collection(self, name, metric, model_file):
        return self.ask(CREATE, [name, metric, model_file])[0]

    def insert(self, collection, ids, vectors):
        """Stores new records once, even if the call is made again with the same stamp."""
        if collection not in self.floors:
            self.floors[collection] = self.ask(REGISTER, [collection, self.client_id])[0][1]
        stamp = self.sent.get(collection, 0)
        mark = [self.client_id, stamp, self.floors[collection]]
        flat = [value for vector in vectors for value in vector]
        self.ask(INSERT, [collection, pack("Q", ids), pack("f", flat), None, None, None, None, *mark])
        self.sent[collection] = stamp + len(ids)

    def get(self, collection, ids):
        """The vectors, in the order of the ids; None where there is none."""
        found = []
        for answer in self.ask(GET, [collection, pack("Q", ids)]):
            values = unpack("f", answer[2])
            count = sum(answer[0])
            dimensions = len(values) // count if count else 0
            rows = iter(values[i * dimensions : (i + 1) * dimensions] for i in range(count))
            found += [next(rows) if is_stored else None for is_stored in answer[0]]
        return found

    def search(self, collection, query, top=10):
        return self.hits("f", self.ask(SEARCH, [collection, pack("f", query), top]))

    def probe(self, collection, query, radius):
        return self.hits("i", self.ask(PROBE, [collection, pack("f", query), radius]))

    def count(self, collection):
        return self.ask(STATISTICS, [collection])[0][8]

    @staticmethod
    def hits(code, answers):
        """The hits of all frames; the last one has statistics."""
        assert answers[-1][2] is not None
        return [hit for answer in answers for hit in zip(unpack("Q", answer[0]), unpack(code, answer[1]))]

    def ask(self, opcode, fields):
        """Sends one request and returns the bodies of its answer, one a frame."""
        self.last_id += 1
        body = msgpack.packb(fields, use_bin_type=True)
        self.socket.sendall(HEAD.pack(len(body), self.last_id, opcode, 0, 0) + body)
        bodies = []
        while True:
            request_id, flags, answer = self.receive()
            if flags & ERROR:
                raise HashDbError(answer)
            if request_id != self.last_id or not flags & ANSWER:
                raise ConnectionError(f"expected an answer to request {self.last_id}, got a frame of request {request_id}")
            bodies.append(answer)
            if not flags & MORE:
                return bodies

    def receive(self):
        length, request_id, _, flags, _ = HEAD.unpack(self.read(HEAD.size))
        if length > MAX_FRAME_BYTES:
            raise ConnectionError(f"the server announces a frame of {length} bytes")
        return request_id, flags, msgpack.unpackb(self.read(length), raw=False)

    def read(self, length):
        parts = []
        while length > 0:
            part = self.socket.recv(min(length, 1 << 20))
            if not part:
                raise ConnectionError("the server closed the connection")
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


def oversized(host, port):
    """What a server says to a frame that announces more than it takes."""
    client = HashDb(host, port)
    client.socket.sendall(HEAD.pack(client.max_frame_bytes + 1, 7, SEARCH, 0, 0))
    request_id, flags, error = client.receive()
    try:
        client.read(1)
        closed = False
    except ConnectionError:
        closed = True
    return {"requestId": request_id, "isError": bool(flags & ERROR), "code": error[0], "closed": closed}


def main(host, port, model_path, dimensions):
    with open(model_path, "rb") as file:
        model = file.read()
    client = HashDb(host, port)
    described = client.create_collection("python", 1, model)
    vectors = [[float((i * 7 + j * 3) % 11 - 5) for j in range(dimensions)] for i in range(20)]
    client.insert("python", list(range(100, 120)), vectors)
    try:
        client.insert("python", [105], [vectors[0]])
        duplicate = None
    except HashDbError as error:
        duplicate = {"code": error.code, "message": str(error), "isTransient": error.is_transient}
    print(json.dumps({
        "version": client.version,
        "dimensions": described[1],
        "count": client.count("python"),
        "got": client.get("python", [103, 5, 119]),
        "search": client.search("python", vectors[4], 3),
        "probe": client.probe("python", vectors[4], 0),
        "duplicate": duplicate,
        "oversized": oversized(host, port),
    }))
    client.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
