// A client for a HashDb server, written from docs/PROTOCOL.md alone. Needs nothing but @msgpack/msgpack.
//
// Any number of requests in flight on one connection, without TLS and checksums. As a program it makes a collection, stores
// items, searches and meets two errors, and prints what it saw as JSON:
//
//     node hashdb.js HOST PORT MODEL.hdbm DIMENSIONS
"use strict";

const fs = require("node:fs");
const net = require("node:net");
const { randomBytes } = require("node:crypto");
const { encode, decode } = require("@msgpack/msgpack");

const HEAD_BYTES = 16;
const MAX_FRAME_BYTES = 80 * 1024 * 1024;
const ERROR = 2;
const MORE = 4;
const Opcode = { hello: 1, create: 11, insert: 20, get: 23, probe: 24, search: 25, statistics: 27, register: 34 };

class HashDbError extends Error {
  constructor([code, message, isTransient]) {
    super(message);
    this.code = code;
    this.isTransient = isTransient;
  }
}

// Numbers as little-endian bytes. Ids are BigInts, because they have 64 bits.
const ids = (values) => pack(values, 8, (view, at, value) => view.setBigUint64(at, BigInt(value), true));
const floats = (values) => pack(values, 4, (view, at, value) => view.setFloat32(at, value, true));
const readIds = (bytes) => unpack(bytes, 8, (view, at) => view.getBigUint64(at, true));
const readFloats = (bytes) => unpack(bytes, 4, (view, at) => view.getFloat32(at, true));
const readInts = (bytes) => unpack(bytes, 4, (view, at) => view.getInt32(at, true));

function pack(values, width, set) {
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => set(view, i * width, value));
  return bytes;
}

function unpack(bytes, width, get) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / width }, (_, i) => get(view, i * width));
}

class HashDb {
  static async connect(host, port, token = null) {
    const client = new HashDb();
    client.socket = net.connect(port, host);
    client.pending = new Map(); // request id -> { frames, resolve, reject }
    client.unread = Buffer.alloc(0);
    client.lastId = 0;
    client.clientId = randomBytes(16); // of the write stamps
    client.sent = new Map(); // operations sent, by collection
    client.floors = new Map(); // the floor of the client id, by collection
    client.closed = new Promise((resolve) => client.socket.on("close", resolve));
    client.fault = new Promise((resolve) => { client.onFault = resolve; });
    client.socket.on("data", (data) => client.receive(data));
    client.socket.on("error", (error) => client.fail(error));
    client.socket.on("close", () => client.fail(new Error("the server closed the connection")));
    const [hello] = await client.ask(Opcode.hello, ["HASHDB", 1, 1, 0, "hashdb.js", token]);
    [client.version, , client.server, client.maxFrameBytes, client.maxInFlight] = hello;
    return client;
  }

  close() {
    this.socket.destroy();
  }

  async createCollection(name, metric, modelFile) {
    return (await this.ask(Opcode.create, [name, metric, modelFile]))[0];
  }

  // Stores new records once, even if the call is made again with the same stamp. One write of a client id at a time.
  async insert(collection, recordIds, vectors) {
    if (!this.floors.has(collection)) {
      const [[, floor]] = await this.ask(Opcode.register, [collection, this.clientId]);
      this.floors.set(collection, floor);
    }
    const stamp = this.sent.get(collection) ?? 0;
    const mark = [this.clientId, stamp, this.floors.get(collection)];
    await this.ask(Opcode.insert, [collection, ids(recordIds), floats(vectors.flat()), null, null, null, null, ...mark]);
    this.sent.set(collection, stamp + recordIds.length);
  }

  // The vectors, in the order of the ids; null where there is none.
  async get(collection, recordIds) {
    const found = [];
    for (const [flags, stored, vectors] of await this.ask(Opcode.get, [collection, ids(recordIds)])) {
      const values = readFloats(vectors);
      const dimensions = stored.byteLength ? values.length / (stored.byteLength / 8) : 0;
      let row = 0;
      for (const flag of flags) {
        found.push(flag ? values.slice(row * dimensions, (row + 1) * dimensions) : null);
        row += flag;
      }
    }
    return found;
  }

  async search(collection, query, top = 10) {
    return HashDb.hits(readFloats, await this.ask(Opcode.search, [collection, floats(query), top]));
  }

  async probe(collection, query, radius) {
    return HashDb.hits(readInts, await this.ask(Opcode.probe, [collection, floats(query), radius]));
  }

  async count(collection) {
    return (await this.ask(Opcode.statistics, [collection]))[0][8];
  }

  // The hits of all frames of one query.
  static hits(readDistances, answers) {
    return answers.flatMap(([hitIds, distances]) => {
      const numbers = readDistances(distances);
      return readIds(hitIds).map((id, i) => [Number(id), numbers[i]]);
    });
  }

  // Sends one request; resolves to the bodies of its answer, one a frame.
  ask(opcode, fields) {
    const id = ++this.lastId;
    const body = encode(fields);
    this.socket.write(Buffer.concat([HashDb.head(body.length, id, opcode), body]));
    return new Promise((resolve, reject) => this.pending.set(id, { frames: [], resolve, reject }));
  }

  static head(length, id, opcode) {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(length, 0);
    head.writeUInt32LE(id, 4);
    head.writeUInt16LE(opcode, 8);
    return head;
  }

  receive(data) {
    this.unread = Buffer.concat([this.unread, data]);
    while (this.unread.length >= HEAD_BYTES) {
      const length = this.unread.readUInt32LE(0);
      if (length > MAX_FRAME_BYTES) {
        this.fail(new Error(`the server announces a frame of ${length} bytes`));
        this.socket.destroy();
        return;
      }
      if (this.unread.length < HEAD_BYTES + length) return;
      const id = this.unread.readUInt32LE(4);
      const flags = this.unread.readUInt16LE(10);
      const body = decode(this.unread.subarray(HEAD_BYTES, HEAD_BYTES + length));
      this.unread = this.unread.subarray(HEAD_BYTES + length);
      this.accept(id, flags, body);
    }
  }

  accept(id, flags, body) {
    if (id === 0) {
      this.onFault({ requestId: id, isError: (flags & ERROR) !== 0, code: body[0] });
      return;
    }
    const request = this.pending.get(id);
    if (!(flags & MORE)) this.pending.delete(id);
    if (flags & ERROR) request.reject(new HashDbError(body));
    else request.frames.push(body);
    if (!(flags & (MORE | ERROR))) request.resolve(request.frames);
  }

  fail(error) {
    for (const request of this.pending.values()) request.reject(error);
    this.pending.clear();
  }
}

// What a server says to a frame that announces more than it takes.
async function oversized(host, port) {
  const client = await HashDb.connect(host, port);
  client.socket.write(HashDb.head(client.maxFrameBytes + 1, 7, Opcode.search));
  const fault = await client.fault;
  await client.closed;
  return { ...fault, closed: true };
}

async function main(host, port, modelPath, dimensions) {
  const client = await HashDb.connect(host, port);
  const described = await client.createCollection("node", 1, fs.readFileSync(modelPath));
  const vectors = Array.from({ length: 20 }, (_, i) => Array.from({ length: dimensions }, (_, j) => ((i * 7 + j * 3) % 11) - 5));
  await client.insert("node", Array.from({ length: 20 }, (_, i) => 100 + i), vectors);
  const duplicate = await client.insert("node", [105], [vectors[0]]).then(
    () => null,
    (error) => ({ code: error.code, message: error.message, isTransient: error.isTransient }),
  );
  const [count, got, search, probe] = await Promise.all([
    client.count("node"),
    client.get("node", [103, 5, 119]),
    client.search("node", vectors[4], 3),
    client.probe("node", vectors[4], 0),
  ]);
  const result = { version: client.version, dimensions: described[1], count, got, search, probe, duplicate, oversized: await oversized(host, port) };
  console.log(JSON.stringify(result));
  client.close();
}

if (require.main === module) {
  const [host, port, model, dimensions] = process.argv.slice(2);
  main(host, Number(port), model, Number(dimensions)).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}

module.exports = { HashDb, HashDbError };
