"""Talks to the tests: reads and writes documents with Debian's python3-msgpack.

decode: each line of standard input is a document in hexadecimal; prints its description.
encode SEED COUNT: prints COUNT random documents, each as hexadecimal, a space and its description.
The description is the one that Support/Document.cs gives.
"""
import random
import struct
import sys

import msgpack


class Map(list):
    """Pairs in order; keys need not be hashable."""


def describe(value):
    if value is None:
        return "n"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, int):
        return "i%d" % value
    if isinstance(value, float):
        return "dnan" if value != value else "d" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "s" + value.encode("utf-8").hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, msgpack.Timestamp):
        return "x-1:" + value.to_bytes().hex()
    if isinstance(value, msgpack.ExtType):
        return "x%d:%s" % (value.code, value.data.hex())
    if isinstance(value, Map):
        return "{" + "".join(describe(k) + ":" + describe(v) + "," for k, v in value) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + "".join(describe(item) + "," for item in value) + "]"
    raise TypeError(type(value))


def decode():
    for line in sys.stdin:
        value = msgpack.unpackb(bytes.fromhex(line.strip()), strict_map_key=False, object_pairs_hook=Map)
        print(describe(value))


LENGTHS = [0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33, 255, 256, 257]


def make(rng, depth):
    kind = rng.randrange(10 if depth else 8)
    if kind == 0:
        return None
    if kind == 1:
        return rng.random() < 0.5
    if kind == 2:
        return rng.choice([1, -1]) * ((1 << rng.randrange(63)) + rng.randrange(-1, 2))
    if kind == 3:
        return (1 << 63) + rng.randrange(1 << 63)
    if kind == 4:
        return rng.choice([0.0, -0.0, float("inf"), rng.uniform(-1e9, 1e9), struct.unpack(">f", struct.pack(">f", rng.uniform(-9, 9)))[0]])
    if kind == 5:
        return "".join(rng.choice("ab\0\u0080\u6f22\U0001f37a") for _ in range(rng.choice(LENGTHS)))
    if kind == 6:
        return rng.randbytes(rng.choice(LENGTHS))
    if kind == 7:
        if rng.random() < 0.5:
            return msgpack.Timestamp(rng.randrange(-(1 << 36), 1 << 36), rng.choice([0, rng.randrange(10**9)]))
        return msgpack.ExtType(rng.randrange(128), rng.randbytes(rng.choice(LENGTHS)))
    count = rng.choice([0, 1, 2, 3, 15, 16])
    if kind == 8:
        return [make(rng, depth - 1) for _ in range(count)]
    return Map((make(rng, 0), make(rng, depth - 1)) for _ in range(count))


def pack(packer, value, single):
    """Packs by hand what packb would turn into something else: maps as pairs, and singles."""
    if isinstance(value, Map):
        out = packer.pack_map_header(len(value))
        return out + b"".join(pack(packer, k, single) + pack(packer, v, single) for k, v in value)
    if isinstance(value, list):
        return packer.pack_array_header(len(value)) + b"".join(pack(packer, item, single) for item in value)
    if isinstance(value, float) and value == struct.unpack(">f", struct.pack(">f", value))[0]:
        return single.pack(value)
    return packer.pack(value)


def encode(seed, count):
    rng = random.Random(seed)
    for _ in range(count):
        value = make(rng, 4)
        data = pack(msgpack.Packer(), value, msgpack.Packer(use_single_float=True))
        print(data.hex(), describe(value))


if sys.argv[1] == "decode":
    decode()
else:
    encode(int(sys.argv[2]), int(sys.argv[3]))
