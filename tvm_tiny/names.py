# SPDX-License-Identifier: Apache-2.0
"""C identifiers from the names of a model."""

from __future__ import annotations

import re

_LONGEST_NAME = 48  # C99 5.2.4.1: 63 characters of an internal identifier are significant
_RESERVED_WORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while asm typeof typeof_unqual
    alignas alignof bool complex constexpr false imaginary noreturn nullptr static_assert
    thread_local true unreachable
    catch class const_cast decltype delete dynamic_cast explicit export friend mutable namespace new
    noexcept operator private protected public reinterpret_cast static_cast template this throw try
    typeid typename using virtual wchar_t char8_t char16_t char32_t
    and and_eq bitand bitor compl not not_eq or or_eq xor xor_eq
    concept consteval constinit co_await co_return co_yield requires contract_assert
    import module final override
    atomic_cancel atomic_commit atomic_noexcept synchronized reflexpr
    linux unix i386 mips sparc vax sun far near huge interface pascal cdecl fortran
    errno assert stdin stdout stderr offsetof setjmp signbit isnan isinf isfinite isnormal
    fpclassify isgreater isgreaterequal isless islessequal islessgreater isunordered
    signgam sa_handler sa_sigaction st_atime st_ctime st_mtime s_addr s6_addr s6_addr16 s6_addr32
    h_addr h_errno nsaddr no_argument optional_argument required_argument
    va_start va_arg va_end va_copy major minor makedev math_errhandling
    int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t intmax_t
    uintmax_t size_t ssize_t ptrdiff_t max_align_t nullptr_t va_list jmp_buf sig_atomic_t
    main NULL EOF I
"""
"""C11 to C23 and C++11 to C++23 (keywords, those that mean something in a place, technical
specifications), what GNU and Windows dialects predefine, object-like macros and types of the C
library's headers."""

_HEADERS = """
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
    stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib stdmchar stdnoreturn string
    tgmath threads time uchar wchar wctype
    aio alloca byteswap cpio dirent dlfcn elf endian err error fcntl features fmtmsg fnmatch ftw
    getopt glob grp iconv langinfo libgen link malloc memory monetary mqueue ndbm netdb nl_types
    poll pthread pwd regex sched search semaphore spawn strings stropts syslog tar termios ulimit
    unistd utime utmpx values wordexp io process windows
    arm_acle arm_neon arm_mve arm_math arm_cmse unwind cpuid
    port trace loopback device
    freertos freertosconfig task queue list timers semphr event_groups stream_buffer message_buffer
    croutine portable portmacro projdefs atomic arduino wire spi servo eeprom zephyr mbed
"""
"""Headers of C, POSIX, compilers, real-time systems, Arduino and our project: ``string.h`` would
hide ``<string.h>``."""

_TARGETS = """
    all all_build help install preinstall clean depend edit_cache rebuild_cache test run_tests
    package package_source zero_check list_install_components experimental nightly continuous
    bench
    c m g gcc gcc_s gcc_eh supc c_nano g_nano nosys rdimon rt dl util compiler_rt
"""
"""What CMake keeps for itself, the program beside ours, and the libraries that linkers are asked
for: ``libm.a`` would be taken for ``-lm``."""

_MEMBERS_OF_OTHERS = re.compile("(si|sigev)_[a-z_]+")
"""POSIX lets ``<signal.h>`` have macros of such names, and the GNU C library has them."""

_RESERVED = frozenset(_RESERVED_WORDS.split())
_TAKEN_PREFIXES = frozenset((*_HEADERS.split(), *_TARGETS.split()))
_OURS = ("tvm_tiny", "tvmgen", "m_tvm_tiny", "m_tvmgen")


def model_prefix(name: str) -> str:
    """The C prefix of a model, which its files are named after.

    Like ``c_identifier`` in small letters, and never the name of a header, library or build target
    that the model's own would hide, nor of this project's files and functions.
    """
    text = c_identifier(name.lower())
    if text.startswith(_OURS):
        text = f"m_{text}"[:_LONGEST_NAME]
    return f"{text}_model" if text.rstrip("_") in _TAKEN_PREFIXES else text


def c_identifier(name: str) -> str:
    """A valid C and C++ identifier made from a name of the model (not necessarily unique).

    Of TFLite's joined names (``conv/bias;conv/relu``) the first counts. Never empty, never a
    keyword, never reserved by a leading or double underscore, at most 48 characters.
    """
    text = re.sub(r"[^A-Za-z0-9]+", "_", name[:4096].split(";")[0]).strip("_")
    text = text[:_LONGEST_NAME].rstrip("_") or "unnamed"
    if text[0].isdigit():
        text = f"n{text}"
    taken = text in _RESERVED or _MEMBERS_OF_OTHERS.fullmatch(text)
    return f"{text}_" if taken else text
