"""Hash functions that Python has built in: hashlib's are faster for megabytes, but load OpenSSL, which takes 4 ms.

They are those that hashlib itself has where there is no OpenSSL. Some distributions build Python without SHA-2.
"""

from __future__ import annotations

from _blake2 import blake2b

try:
    from _sha2 import sha256  # type: ignore[import-not-found]
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found] # its name in Python 3.11
    except ImportError:
        from hashlib import sha256

__all__ = ["blake2b", "sha256"]
