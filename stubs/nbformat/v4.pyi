"""What the project uses of it."""

from typing import Any

from nbformat import NotebookNode

def new_code_cell(source: str = ..., **kwargs: Any) -> NotebookNode: ...
def new_notebook(**kwargs: Any) -> NotebookNode: ...
