"""Where this environment's programs are."""

import os
import sys
from pathlib import Path

BINARIES = Path(sys.executable).parent
PATH = f"{BINARIES}:{os.environ['PATH']}"
