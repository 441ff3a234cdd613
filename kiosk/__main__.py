"""``python -m kiosk`` is the same as ``kiosk``."""

from kiosk.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
