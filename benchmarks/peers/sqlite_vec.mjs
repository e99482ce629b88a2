// sqlite-vec beside the filters of HashDb.Benchmarks: sqlite_vec.mjs SET MODULES prints queries a second with the filters of
// FilterBenchmark.cs over a set of datasets.py, whose fields it computes as FilterSet.cs does. MODULES holds better-sqlite3 and sqlite-vec.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [set, modules] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "package.json"));
const Database = require("better-sqlite3");
const sqliteVec = require("sqlite-vec");
const seconds = 3;
const leastQueries = 3;
const top = 10;

const { dimensions, rows } = JSON.parse(readFileSync(join(set, "set.json"), "utf8"));
const floats = name => {
    const bytes = readFileSync(join(set, name));
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
};
const base = floats("base.f32");
const queries = floats("queries.f32");
const vector = (values, i) => values.subarray(i * dimensions, (i + 1) * dimensions);
const bytes = values => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

const sums = Float64Array.from({ length: rows }, (_, row) =>
    vector(base, row).reduce((sum, value, i) => sum + (i < Math.floor(dimensions / 2) ? value : -value), 0));
const places = new Float64Array(rows);
Uint32Array.from({ length: rows }, (_, row) => row)
    .sort((left, right) => sums[left] - sums[right])
    .forEach((row, rank) => { places[row] = rank / rows; });

const database = new Database(":memory:");
sqliteVec.load(database);
console.log(`sqlite-vec ${database.prepare("select vec_version()").pluck().get()}, SQLite ${database.prepare("select sqlite_version()").pluck().get()}, in memory`);
database.exec(`create virtual table rows using vec0(id integer primary key, vector float[${dimensions}], random float, place float)`);
const insert = database.prepare("insert into rows(id, vector, random, place) values (?, ?, ?, ?)");
let started = performance.now();
database.transaction(() => {
    for (let row = 0; row < rows; row++)
        insert.run(BigInt(row), bytes(vector(base, row)), (Math.imul(row, 2654435761) >>> 0) / 4294967296, places[row]);
})();
console.log(`${Math.round(rows / (performance.now() - started) * 1000)} inserts/s, not durable`);

const measure = (name, condition) => {
    const select = database.prepare(`select id from rows where vector match ? and k = ${top}${condition}`);
    let done = 0;
    started = performance.now();
    for (; done < leastQueries || performance.now() - started < seconds * 1000; done++)
        select.all(bytes(vector(queries, done % (queries.length / dimensions))));
    console.log(`${name.padEnd(22)} ${(done / (performance.now() - started) * 1000).toFixed(1).padStart(8)} queries/s`);
};
measure("no filter", "");
for (const field of ["random", "place"])
    for (const share of [0.5, 0.05, 0.005, 0.00005])
        measure(`${field} < ${share}`, ` and ${field} < ${share}`);
