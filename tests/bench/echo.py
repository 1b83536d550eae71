"""The floor: a bare Flask + wechatpy bot that verifies, parses and echoes. Nothing remembered, nothing looked up."""

import os

from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

app = Flask(__name__)
TOKEN = os.environ["WECHAT_TOKEN"]
crypto = WeChatCrypto(TOKEN, os.environ.get("WECHAT_AES_KEY", "A" * 43), os.environ.get("WECHAT_APP_ID", "wx"))


@app.post("/wechat")
def echo():
    query = request.args
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    body = request.get_data()
    if query.get("encrypt_type") == "aes":
        body = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(body)
        return crypto.encrypt_message(create_reply(message.content, message).render(), query["nonce"], query["timestamp"])
    message = parse_message(body)
    return create_reply(message.content, message).render()
