"""/: the way to the pages that people may see."""

from __future__ import annotations

from flask import Blueprint, render_template

routes = Blueprint("home", __name__, template_folder="chat/templates")


@routes.get("/")
def home() -> str:
    """A plain page with the links."""
    return render_template("home.html")
