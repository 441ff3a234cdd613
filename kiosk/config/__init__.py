"""The two configuration files of a centre, typed: ``hub.toml`` (the centre) and ``touch.toml`` (one kiosk).

1. An unknown key or a wrong type is refused; the error names the file, the key and what was expected.
2. What is well-formed but makes no sense (a counter for an unknown service, two fields with one letter) is refused too.
3. Relative paths are relative to the file that they stand in.
"""

from kiosk.config.hub import HubConfig
from kiosk.config.load import load_hub_config, load_touch_config
from kiosk.config.touch import TouchConfig

__all__ = ["HubConfig", "TouchConfig", "load_hub_config", "load_touch_config"]
