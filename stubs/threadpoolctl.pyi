"""The little of threadpoolctl that this project uses: it comes with scikit-learn and has no type hints."""

from contextlib import AbstractContextManager

def threadpool_limits(limits: int | None = ..., user_api: str | None = ...) -> AbstractContextManager[object]: ...
