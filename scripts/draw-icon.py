#!/usr/bin/env python3
"""Draws assets/icon.png, the picture of the packages: a four by four hashcode, some bits set, and one that differs.

Run it only to change the picture; the file is kept beside it. Needs nothing but Python.
"""
import pathlib
import struct
import zlib

SIZE, MARGIN, GAP = 128, 16, 8
BACK, SET, CLEAR, NEAR = (24, 38, 66), (120, 190, 255), (52, 72, 110), (255, 176, 64)
BITS = ["1011", "0110", "1x01", "0100"]

cell = (SIZE - 2 * MARGIN - 3 * GAP) // 4
pixels = [[BACK] * SIZE for _ in range(SIZE)]
for row, line in enumerate(BITS):
    for column, bit in enumerate(line):
        colour = {"1": SET, "0": CLEAR, "x": NEAR}[bit]
        top, left = MARGIN + row * (cell + GAP), MARGIN + column * (cell + GAP)
        for y in range(top, top + cell):
            pixels[y][left:left + cell] = [colour] * cell


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


raw = b"".join(b"\0" + bytes(value for pixel in line for value in pixel) for line in pixels)
target = pathlib.Path(__file__).resolve().parent.parent / "assets" / "icon.png"
target.parent.mkdir(exist_ok=True)
target.write_bytes(
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(raw, 9))
    + chunk(b"IEND", b"")
)
