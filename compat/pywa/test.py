"""pywa: commerce settings, both product messages, orders and enquiries by the signed webhook.

It hard-codes Meta's host, so it runs in transparent mode: graph.facebook.com is Hawker in here.
"""

import http.server
import json
import os
import threading
import time
import urllib.parse
import urllib.request

import every
import pywa
import templates
from pywa import types

SANDBOX = os.environ["COMPAT_URL"]
PHONE, WABA, CATALOG = "400000000000001", "300000000000001", "500000000000001"
CHAT = f"/sandbox/v1/customers/84901234567/chats/{PHONE}"


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": "Bearer EAADEMO", "Content-Type": "application/json"}
    req = urllib.request.Request(SANDBOX + path, data, headers, method=method)
    return json.load(urllib.request.urlopen(req))


def until(what, ask):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if v := ask():
            return v
        time.sleep(0.025)
    raise AssertionError(f"no {what} in 120 s")


wa = pywa.WhatsApp(phone_id=PHONE, token="EAADEMO", app_secret="demo-app-secret", verify_token="v", server=None, continue_handling=True)
orders, enquiries, raws = [], [], []


class Hook(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        text, status = wa.webhook_challenge_handler(vt=query["hub.verify_token"][0], ch=query["hub.challenge"][0])
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        raws.append((raw, self.headers["X-Hub-Signature-256"]))
        refused = wa.webhook_update_validator(raw, self.headers["X-Hub-Signature-256"])
        text, status = refused or wa.webhook_update_handler(raw)
        self.send_response(status)
        self.end_headers()


@wa.on_message()
def receive(_, message: types.Message):
    if message.order:
        orders.append(message)
    elif message.text:
        enquiries.append(message)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
threading.Thread(target=server.serve_forever, daemon=True).start()
call("POST", "/v25.0/100000000000001/subscriptions", {
    "access_token": "100000000000001|demo-app-secret", "object": "whatsapp_business_account", "fields": (
        "messages,message_template_status_update,user_preferences,message_template_quality_update,template_category_update,message_template_components_update,"
        "account_update,account_alerts,phone_number_quality_update,phone_number_name_update,business_capability_update,business_username_update,security,flows"),
    "verify_token": "v", "callback_url": f"http://127.0.0.1:{server.server_port}/"})
call("POST", f"/v25.0/{WABA}/subscribed_apps")

wa.update_commerce_settings(is_catalog_visible=False, is_cart_enabled=True)
settings = wa.get_commerce_settings()
assert settings.is_catalog_visible is False and settings.is_cart_enabled is True, settings
wa.update_commerce_settings(is_catalog_visible=True)
assert wa.get_commerce_settings().is_catalog_visible is True

call("POST", CHAT + "/messages", {"text": "Còn phở không?", "product_retailer_id": "PH01"})
enquiry = until("enquiry", lambda: enquiries and enquiries[0])
assert enquiry.text == "Còn phở không?", enquiry
referred = enquiry.reply_to_message.referred_product
assert (referred.sku, referred.catalog_id) == ("PH01", CATALOG), referred

wa.send_product(to="84901234567", catalog_id=CATALOG, sku="PH01", body="Dạ còn ạ")
wa.send_products(to="84901234567", catalog_id=CATALOG, title="Món nước", body="Mời bạn",
                 product_sections=[types.ProductsSection(title="Nóng", skus=["PH01", "PH02"])])
kinds = [m["kind"] for m in call("GET", CHAT)["messages"] if m["from_business"]]
assert kinds == ["product", "product_list"], kinds
try:
    wa.send_product(to="84901234567", catalog_id=CATALOG, sku="nope")
    raise AssertionError("an unknown product was sent")
except pywa.errors.WhatsAppError as e:
    assert e.code == 131009, e

call("PUT", CHAT + "/cart/PH01", {"quantity": 2})
call("POST", CHAT + "/cart/send", {"note": "ít hành"})
order = until("order", lambda: orders and orders[0]).order
assert order.catalog_id == CATALOG and order.text == "ít hành", order
line = order.products[0]
assert (line.sku, line.quantity, line.price, line.currency) == ("PH01", 2, 65000, "VND"), line

raw, signature = raws[0]
assert wa.webhook_update_validator(raw, signature) is None
assert wa.webhook_update_validator(raw + b" ", signature) is not None
templates.run(wa, call, until, CHAT)
every.run(wa, call, until, CHAT, SANDBOX, raws)
print("pywa: done")
