"""Machines and systems that an ELF file can be built for, as the System V gABI numbers them."""

from typing import Literal

Machine = Literal["x86_64", "arm64"]

_LAMBDA: dict[int, Machine] = {62: "x86_64", 183: "arm64"}
"""EM_X86_64 and EM_AARCH64, by AWS's names of the architectures."""

_NAMES = {
    2: "sparc",
    3: "i386",
    8: "mips",
    18: "sparc32plus",
    20: "ppc",
    21: "ppc64",
    22: "s390",
    40: "arm",
    42: "sh",
    43: "sparcv9",
    50: "ia64",
    83: "avr",
    93: "or1k",
    94: "xtensa",
    105: "msp430",
    190: "cuda",
    224: "amdgpu",
    243: "riscv",
    247: "bpf",
    258: "loongarch",
}

LINUX = "Linux"

_SYSTEMS = {
    0: LINUX,
    1: "HP-UX",
    2: "NetBSD",
    3: LINUX,
    6: "Solaris",
    7: "AIX",
    8: "IRIX",
    9: "FreeBSD",
    12: "OpenBSD",
    17: "CloudABI",
}
"""By e_ident[EI_OSABI]. glibc's loader takes ELFOSABI_SYSV (0) and ELFOSABI_GNU (3) alone
(sysdeps/gnu/ldsodefs.h, VALID_ELF_OSABI)."""

_DEVICES = frozenset({"avr", "xtensa", "msp430", "cuda", "amdgpu", "bpf"})


def machine_of(number: int) -> Machine | None:
    """Return AWS's name of the machine ``number`` (e_machine), None if Lambda has no such one."""
    return _LAMBDA.get(number)


def name_of(number: int) -> str:
    """Return the usual name of the machine ``number`` (e_machine), such as ``i386``."""
    return machine_of(number) or _NAMES.get(number, f"machine {number}")


def system_of(abi: int) -> str:
    """Return the usual name of the system ``abi`` (EI_OSABI); LINUX for what its loader takes."""
    return _SYSTEMS.get(abi, f"the system {abi}")


def is_device(machine_name: str) -> bool:
    """Whether the code is for a GPU, a microcontroller or the kernel's BPF machine.

    Programs hand such files to the device as data; no system loads them as its own code.
    """
    return machine_name in _DEVICES
