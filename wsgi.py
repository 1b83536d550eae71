"""What a server loads: ``wsgi:app`` for any WSGI server, ``wsgi:rsgi`` for Granian with ``--interface rsgi`` (as `make serve`)."""

import sys

from bot import create_app
from bot.config import SettingsError
from bot.rsgi import App

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"设置有误 / The settings are wrong:\n{error}")
rsgi = App(app, wake=app.extensions["bot"]["wake"], push=app.extensions["bot"]["push"])
