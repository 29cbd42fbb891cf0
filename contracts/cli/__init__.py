"""The command lines of `check`, `diff` and `drift`: what they take, declared without importing what
they do, so that `--help` is answered at once, and without their packages.
"""
