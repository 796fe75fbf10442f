"""The wrong and the right sentence of a correction, compared."""

from newsroom.text.diff.words import Run, compare_source

# The share of text that two sentences must have in common to be shown as one sentence with marked differences. If they
# share less, both are shown whole.
MIN_SHARED = 0.6


def compare_sentences(was_wrong: str, is_right: str) -> list[Run]:
    """Return the wrong and the right sentence as runs of one sentence, with the differences marked.

    If the sentences have too little in common, return both whole, the wrong one first. Runs that differ neither begin
    nor end with a space.
    """
    wrong, right = " ".join(was_wrong.split()), " ".join(is_right.split())
    runs = compare_source(wrong, right)
    shared = sum(len(run.text) for run in runs if run.kind == "same")
    if shared < MIN_SHARED * max(len(wrong), len(right)):
        runs = [Run("gone", f"{wrong} "), Run("new", right)]
    result: list[Run] = []
    for run in runs:
        if run.kind == "same":
            result.append(run)
            continue
        if result and result[-1].kind != "same":
            result.append(Run("same", " "))
        if text := run.text.strip():
            result.append(Run(run.kind, text))
        if run.text[-1:].isspace():
            result.append(Run("same", " "))
    return result
