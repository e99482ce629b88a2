"""Talks to the tests: numpy writes and reads the arrays that ours must read and has written.

write FOLDER: writes arrays of every dtype and version, and expected.txt with a line of name and values for each.
read FILE: prints dtype, shape and values.
"""
import gzip
import os
import sys

import numpy


def write(folder):
    rng = numpy.random.RandomState(1)
    with open(os.path.join(folder, "expected.txt"), "w") as expected:
        for dtype in ["<f2", "<f4", "<f8", "|u1", "|i1", "<i2", "<i4"]:
            for version in [(1, 0), (2, 0), (3, 0)]:
                values = rng.randint(0, 100, size=(17, 5)).astype(dtype)
                name = "%s-%d.npy" % (dtype[1:], version[0])
                with open(os.path.join(folder, name), "wb") as file:
                    numpy.lib.format.write_array(file, values, version=version)
                with open(os.path.join(folder, name), "rb") as file, gzip.open(os.path.join(folder, name + ".gz"), "wb") as packed:
                    packed.write(file.read())
                for each in (name, name + ".gz"):
                    expected.write(each + " " + " ".join(str(int(v)) for v in values.ravel()) + "\n")


def read(path):
    values = numpy.load(path)
    print(values.dtype.str, values.shape, values.flags.c_contiguous, *[repr(v) for v in values.ravel().tolist()], sep="|")


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    read(sys.argv[2])
