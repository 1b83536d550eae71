"""The bare echo behind the same way in as the bot (bot/rsgi.py)."""

from echo import app as wsgi_app

from bot.rsgi import App

app = App(lambda: wsgi_app)
