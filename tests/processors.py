"""What of this processor NumPy can do without: ``NPY_DISABLE_CPU_FEATURES`` takes it.

``python tests/processors.py`` prints it. With all of that off NumPy computes as it does on the
oldest processor that it runs on, and rounds otherwise in places.
"""

from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__


def dispensable_features():
    """Return the features that NumPy uses where they are there, and that are there."""
    return [name for name in __cpu_dispatch__ if __cpu_features__[name]]


if __name__ == "__main__":
    print(*dispensable_features())
