"""Run the Python of a page, and hold what the page prints to what the code prints.

The ``python`` blocks of a page share one namespace, from top to bottom. A ``text`` block right
after one is its output. ``python docs/_examples.py`` brings the output of every page up to date.
"""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

BLOCK = re.compile(
    r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<shown>.*?)^```\n)?", re.DOTALL | re.MULTILINE
)


def refreshed(page: str) -> str:
    r"""Return the text of a page with the output of every block as it is now.

    Examples
    --------
    >>> page = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n"
    >>> refreshed(page) == page.replace("3", "2")
    True
    """
    names: dict[str, Any] = {}

    def run(block: re.Match[str]) -> str:
        printed = StringIO()
        with redirect_stdout(printed):
            exec(compile(block["code"], "page", "exec"), names)
        if block["shown"] is None:
            return block[0]
        return f"```python\n{block['code']}```\n\n```text\n{printed.getvalue()}```\n"

    return BLOCK.sub(run, page)


if __name__ == "__main__":
    for path in sorted(Path(__file__).resolve().parent.rglob("*.md")):
        text = path.read_text("utf-8")
        if BLOCK.search(text):
            path.write_text(refreshed(text), "utf-8")
