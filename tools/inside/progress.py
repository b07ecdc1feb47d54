# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the loaders tell how far they are."""

import time


class Progress:
    """One line per stage, at most every other second in between."""

    def __init__(self):
        self.stage, self.shown = None, 0.0

    def __call__(self, stage, done, total):
        now = time.monotonic()
        if stage == self.stage and done != total and now - self.shown < 2:
            return
        self.stage, self.shown = stage, now
        share = f" of {total:,}" if total else ""
        print(f"  {stage}: {done:,}{share}", flush=True)
