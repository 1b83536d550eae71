"""The bare echo behind the same way in as the bot (bot/rsgi.py)."""

from bot.rsgi import App
from echo import app as wsgi_app

app = App(wsgi_app)
