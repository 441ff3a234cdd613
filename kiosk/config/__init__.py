"""The configuration files, typed: ``hub.toml`` (a centre), ``touch.toml`` (one kiosk), ``central.toml`` (the city).

1. An unknown key or a wrong type is refused; the error names the file, the key and what was expected.
2. What is well-formed but makes no sense (a counter for an unknown service, two fields with one letter) is refused too.
3. Relative paths are relative to the file that they stand in.
"""

from kiosk.config.central import CentralConfig
from kiosk.config.hub import HubConfig
from kiosk.config.load import load_central_config, load_hub_config, load_touch_config
from kiosk.config.touch import TouchConfig

__all__ = [
    "CentralConfig",
    "HubConfig",
    "TouchConfig",
    "load_central_config",
    "load_hub_config",
    "load_touch_config",
]
