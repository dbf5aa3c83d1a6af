"""Modules of Debian's own Python: a script that needs them goes on under
/usr/bin/python3 where another one comes first in PATH.

    import debian
    debian.need("h2", "cryptography")
"""
import importlib.util
import os
import sys

PYTHON = "/usr/bin/python3"


def need(*modules):
    missing = [m for m in modules if importlib.util.find_spec(m) is None]
    if not missing:
        return
    if os.path.realpath(sys.executable) == os.path.realpath(PYTHON):
        sys.exit(f"missing Python modules: {' '.join(missing)}; install the "
                 "Debian packages that ./bootstrap check names")
    os.execv(PYTHON, [PYTHON, *sys.argv])
