"""Native code: which machine, libc and Python ABI it is built for."""
