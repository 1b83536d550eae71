"""What a WSGI server loads: ``wsgi:app``."""

import sys

from bot import create_app
from bot.config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"设置有误 / The settings are wrong:\n{error}")
