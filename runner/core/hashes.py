"""Hash functions that Python has built in: hashlib's are faster for megabytes, but load OpenSSL, which takes 4 ms.

They are those that hashlib itself has where there is no OpenSSL.
"""

from __future__ import annotations

import sys
from _blake2 import blake2b

if sys.version_info >= (3, 12):
    from _sha2 import sha256
else:
    from _sha256 import sha256  # type: ignore[import-not-found]

__all__ = ["blake2b", "sha256"]
