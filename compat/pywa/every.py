"""Every message pywa can build is sent and shown; every update is verified and handled; its flow endpoint answers the chat."""

import base64
import html
import http.cookiejar
import http.server
import json
import re
import subprocess
import tempfile
import threading
import urllib.parse
import urllib.request

import pywa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pywa import types
from pywa.types import others
from pywa.types.flows import FlowResponse, FlowTokenNoLongerValid

TO, PHONE, WABA, CATALOG = "84901234567", "400000000000001", "300000000000001", "500000000000001"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
MP4, OGG = bytes.fromhex("00000018667479706d703432000000006d70343269736f6d"), bytes.fromhex("4f67675300020000")
WEBP = bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")

HANDLERS = {
    "messages": pywa.handlers.MessageHandler, "buttons": pywa.handlers.CallbackButtonHandler, "rows": pywa.handlers.CallbackSelectionHandler,
    "flows": pywa.handlers.FlowCompletionHandler, "statuses": pywa.handlers.MessageStatusHandler, "numbers": pywa.handlers.PhoneNumberChangeHandler,
    "identities": pywa.handlers.IdentityChangeHandler, "edits": pywa.handlers.EditedMessageHandler, "deletions": pywa.handlers.DeletedMessageHandler,
    "preferences": pywa.handlers.UserMarketingPreferencesHandler, "qualities": pywa.handlers.TemplateQualityUpdateHandler,
    "categories": pywa.handlers.TemplateCategoryUpdateHandler, "components": pywa.handlers.TemplateComponentsUpdateHandler, "accounts": pywa.handlers.AccountUpdateHandler,
}


def sends(wa, call, chat):
    """Each sending method once; gives the kinds in order."""

    def shown(kind, message, check=lambda m: True):
        view = next(m for m in call("GET", chat)["messages"] if m["id"] == message.id)
        assert view["kind"] == kind and check(view), view
        return message.id

    text = shown("text", wa.send_text(to=TO, text="Chào https://quan.example", preview_url=True, tracker="t-1"))
    media = wa.upload_media(media=PNG, mime_type="image/png", filename="a.png")
    assert wa.get_media_bytes(url=wa.get_media_url(media.id).url) == PNG
    shown("image", wa.send_image(to=TO, image=media.id, caption="Món", reply_to_message_id=text), lambda m: m["quote"]["id"] == text)
    shown("video", wa.send_video(to=TO, video=MP4, mime_type="video/mp4", caption="Bếp"))
    shown("audio", wa.send_audio(to=TO, audio=OGG, mime_type="audio/ogg"))
    shown("audio", wa.send_voice(to=TO, voice=OGG, mime_type="audio/ogg"), lambda m: m["files"][0]["voice"])
    shown("document", wa.send_document(to=TO, document=b"%PDF-1.4\n%%EOF\n", filename="menu.pdf", mime_type="application/pdf"))
    shown("sticker", wa.send_sticker(to=TO, sticker=WEBP, mime_type="image/webp"))
    shown("location", wa.send_location(to=TO, latitude=10.77, longitude=106.7, name="Chợ", address="Quận 1"))
    contact = types.Contact(
        name=types.Contact.Name(formatted_name="Anh Tư", first_name="Tư"), birthday="1990-02-03", phones=[types.Contact.Phone(phone="+84900000001", type="CELL")],
        emails=[types.Contact.Email(email="tu@quan.example", type="WORK")], urls=[types.Contact.Url(url="https://quan.example", type="WORK")],
        addresses=[types.Contact.Address(street="1 Lê Lợi", city="TP. HCM", country_code="VN", type="WORK")], org=types.Contact.Org(company="Quán", title="Trưởng"))
    shown("contacts", wa.send_contact(to=TO, contact=contact), lambda m: m["contacts"][0]["org"]["company"] == "Quán")
    wa.send_reaction(to=TO, emoji="👍", message_id=text)
    wa.remove_reaction(to=TO, message_id=text)
    shown("button", wa.send_text(to=TO, text="Nhé?", header="Giao", footer="Quán", buttons=[types.Button("Ừ", "y"), types.Button("Thôi", "n")]), lambda m: len(m["buttons"]) == 2)
    shown("button", wa.send_image(to=TO, image=media.id, caption="Món này?", buttons=[types.Button("Lấy", "l")]), lambda m: len(m["files"]) == 1)
    shown("cta_url", wa.send_text(to=TO, text="Đường đi", buttons=types.URLButton("Mở", "https://quan.example/")))
    rows = types.SectionList("Xem", [types.Section("Sáng", [types.SectionRow("8 giờ", "8", "Còn chỗ")])])
    shown("list", wa.send_text(to=TO, text="Chọn giờ", buttons=rows))
    shown("location_request_message", wa.request_location(to=TO, text="Ở đâu?"))
    shown("request_contact_info", wa.request_contact_info(to=TO, text="Số của bạn?"))
    shown("catalog_message", wa.send_catalog(to=TO, body="Tất cả", thumbnail_product_sku="PH01"))
    link = "https://quan.example/"
    server = serve(lambda _: ("image/png", PNG))
    picture = f"http://127.0.0.1:{server.server_port}/a.png"
    cards = [types.ImageCarouselCard(image=picture, body=f"Món {n}", buttons=types.URLButton("Mở", link)) for n in range(2)]
    shown("carousel", wa.send_carousel(to=TO, body="Hai món", cards=cards), lambda m: len(m["cards"]) == 2)
    cards = [types.ImageCarouselCard(image=picture, body=f"Món {n}", buttons=[types.Button("Lấy", f"c{n}")]) for n in range(2)]
    shown("carousel", wa.send_carousel(to=TO, body="Hai món", cards=cards), lambda m: len(m["cards"][1]["buttons"]) == 1)
    try:
        wa.send_text(to=TO, text="Gọi nhé", buttons=types.VoiceCallButton("Gọi"))
        raise AssertionError("a call was sent")
    except pywa.errors.WhatsAppError as e:
        assert e.code == 131051, e


def serve(answer):
    class Files(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            kind, body = answer(None)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            text, status = answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


FORM = {"version": "6.0", "data_api_version": "3.0", "routing_model": {"TIME": []}, "screens": [{"id": "TIME", "title": "Giờ", "terminal": True, "data": {
    "times": {"type": "array", "__example__": [{"id": "9", "title": "9 giờ"}]}}, "layout": {"type": "SingleColumnLayout", "children": [
        {"type": "Dropdown", "name": "time", "label": "Giờ", "required": True, "data-source": "${data.times}"},
        {"type": "Footer", "label": "Đặt", "on-click-action": {"name": "data_exchange", "payload": {"time": "${form.time}"}}}]}}]}


def endpoint(wa, call, chat, base, done, until):
    """pywa decrypts what the chat asks, and its answers are shown."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    asked = []

    def play(_, req):
        asked.append((req.action.value, req.screen, req.data))
        if req.flow_token == "old":
            raise FlowTokenNoLongerValid(error_message="Đã đặt rồi")
        if req.action.value == "INIT":
            return FlowResponse(version=req.version, screen="TIME", data={"times": [{"id": "7", "title": "7 giờ sáng"}]})
        return FlowResponse(version=req.version, close_flow=True, flow_token=req.flow_token, data={"booked": req.data["time"]})

    wrapper = wa.get_flow_request_handler(endpoint="/flow", callback=play, private_key=private)
    server = serve(wrapper.handle)
    assert wa.set_business_public_key(public_key=public)
    made = wa.create_flow(name="Đặt bàn", categories=[types.FlowCategory.APPOINTMENT_BOOKING], flow_json=json.dumps(FORM), endpoint_uri=f"http://127.0.0.1:{server.server_port}/flow", waba_id=WABA)
    assert wa.publish_flow(made.id)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def page(path, form=None):
        try:
            return browser.open(base + path, None if form is None else urllib.parse.urlencode(form).encode()).read().decode()
        except urllib.error.HTTPError as e:
            return e.read().decode()

    page("/chat/customer", {"wa_id": TO})

    def opened(token):
        sent = wa.send_text(to=TO, text="Đặt bàn nhé", buttons=types.FlowButton(title="Đặt", flow_id=made.id, flow_token=token, flow_action_type=types.FlowActionType.DATA_EXCHANGE))
        at = f"/chat/{PHONE}/flow?m={urllib.parse.quote(sent.id)}"
        return at, page(at)

    at, first = opened("new")
    assert "7 giờ sáng" in first, first
    state = html.unescape(re.search(r'name="-state" value="([^"]*)"', first)[1])
    page(at, {"-state": state, "time": "7"})
    completion = until("the flow's answer", lambda: next((f for f in done if f.token == "new"), None))
    assert completion.response["booked"] == "7", completion
    assert asked[0][0] == "INIT" and asked[1] == ("data_exchange", "TIME", {"time": "7"}), asked
    assert "Đã đặt rồi" in opened("old")[1]
    assert wa.get_flow(made.id).status == types.FlowStatus.PUBLISHED


def run(wa, call, until, chat, base, raws):
    got = {name: [] for name in HANDLERS}
    for name, handler in HANDLERS.items():
        wa.add_handlers(handler(lambda _, update, name=name: got[name].append(update)))
    sends(wa, call, chat)
    endpoint(wa, call, chat, base, got["flows"], until)
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(["node", "../events.mjs", out.name], check=True)
        expected = json.load(open(out.name))
    # It takes contacts for granted in every status; Meta's of failed messages have none, so those it cannot read from anybody.
    types_, states = expected["types"], {i: s for i, s in expected["statuses"].items() if s != "failed"}

    def missing():
        known = {u.id for name in ("messages", "buttons", "rows", "flows", "edits", "deletions") for u in got[name]}
        left = [t for i, t in types_.items() if i not in known]
        left += [s for i, s in states.items() if not any(u.id == i and u.status.value == s for u in got["statuses"])]
        return left + [name for name in got if not got[name]]

    try:
        until("update", lambda: not missing())
    except AssertionError:
        raise AssertionError(f"never handled {missing()}")
    for raw, signature in list(raws):
        assert wa.webhook_update_validator(raw, signature) is None, raw
        assert wa.webhook_update_validator(raw + b" ", signature) is not None
    kinds = {m.type.value for m in got["messages"]}
    assert kinds >= {"text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "order", "unsupported"}, kinds
