"""Templates: made, approved, read, sent and followed by their statuses, each kind pywa can build."""

import base64

import pywa
from pywa import types
from pywa.types import templates as t

TO, WABA, APP, CATALOG = "84901234567", "300000000000001", "100000000000001", "500000000000001"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def made(name, *components, category=t.TemplateCategory.MARKETING, **more):
    return t.Template(name=name, category=category, language=t.TemplateLanguage.VIETNAMESE, components=list(components), **more)


def run(wa, call, until, chat):
    told, statuses = {}, {}
    wa.add_handlers(
        pywa.handlers.TemplateStatusUpdateHandler(lambda _, u: told.update({u.template_name: u})),
        pywa.handlers.MessageStatusHandler(lambda _, s: statuses.setdefault(s.id, []).append(s)),
    )

    def approved(template):
        created = wa.create_template(template, waba_id=WABA, app_id=APP)
        assert created.status == t.TemplateStatus.PENDING and created.category == template.category, created
        call("POST", f"/sandbox/v1/templates/{created.id}/verdict", {"status": "APPROVED"})
        update = until(f"approval of {template.name}", lambda: told.get(template.name))
        assert (update.new_status, update.template_id, update.category) == (t.TemplateStatus.APPROVED, created.id, template.category), update
        details = created.get()
        assert details.status == t.TemplateStatus.APPROVED and details.name == template.name, details
        assert [type(c) for c in details.components] == [type(c) for c in template.components], details
        return template

    def sent(template, *params, checked=True):
        what = {"template": template} if checked else {"name": template.name, "language": template.language}
        message = wa.send_template(to=TO, params=list(params), tracker=template.name, **what)
        assert message.id.startswith("wamid.") and message.to == TO, message

        call("POST", chat + "/delivered", {"up_to": message.id})

        def delivered():
            return next((s for s in statuses.get(message.id, []) if s.status == types.MessageStatusType.DELIVERED), None)

        status = until(f"delivery of {template.name}", delivered)
        assert (status.tracker, status.from_user.wa_id) == (template.name, TO), status
        assert status.pricing.category.value == template.category.value.lower(), status
        return next(m for m in call("GET", chat)["messages"] if m["id"] == message.id)

    body = t.BodyText("Chào {{ten}}, đơn {{don}} của bạn đã lên đường rồi nhé.", ten="Lan", don="A-1")
    head = t.HeaderText("Đơn hàng {{so}}", so="A-1")
    url, reply = t.URLButton(text="Theo dõi", url="https://quan.example/{{1}}", example="https://quan.example/a"), t.QuickReplyButton(text="Cảm ơn")
    order = approved(made("don_hang", head, body, t.FooterText(text="Quán Góc Phố"), t.Buttons(buttons=[reply, url]),
                          category=t.TemplateCategory.UTILITY, parameter_format=t.ParamFormat.NAMED))
    shown = sent(order, head.params(so="B-2"), body.params(ten="Minh", don="B-2"), reply.params(callback_data="thanks", index=0), url.params(url_variable="b2", index=1))
    assert shown["text"] == "Chào Minh, đơn B-2 của bạn đã lên đường rồi nhé.", shown
    assert (shown["header"], [b["type"] for b in shown["template"]["buttons"]]) == ("Đơn hàng B-2", ["QUICK_REPLY", "URL"]), shown
    assert shown["template"]["buttons"][1]["url"] == "https://quan.example/b2", shown

    words, picture, code = t.BodyText("Giảm {{1}} cho bạn đến hết tuần này nhé.", "10%"), t.HeaderImage(PNG, mime_type="image/png"), t.CopyCodeButton(example="TRASEN")
    shown = sent(approved(made("giam_gia", picture, words, t.Buttons(buttons=[code]))), picture.params(image=PNG, mime_type="image/png"),
                 words.params("20%"), code.params(coupon_code="TRA20", index=0))
    assert shown["text"] == "Giảm 20% cho bạn đến hết tuần này nhé.", shown
    assert len(shown["files"]) == 1 and "TRA20" in str(shown["template"]["buttons"][0]), shown

    menu = t.CatalogButton(text="View catalog")
    shown = sent(approved(made("thuc_don", t.BodyText("Xem cả thực đơn."), t.Buttons(buttons=[menu]))), menu.params(thumbnail_product_sku="PH01", index=0))
    assert (shown["template"]["kind"], shown["thumbnail"]["retailer_id"]) == ("catalog", "PH01"), shown

    several = t.MPMButton(text="View items")
    sections = [types.ProductsSection(title="Nóng", skus=["PH01", "CF01"])]
    shown = sent(approved(made("vai_mon", t.HeaderText("Hôm nay có"), t.BodyText("Vài món cho bạn."), t.Buttons(buttons=[several]))),
                 several.params(product_sections=sections, thumbnail_product_sku="PH01", index=0))
    assert [[p["retailer_id"] for p in s["products"]] for s in shown["sections"]] == [["PH01", "CF01"]], shown

    product = t.HeaderProduct()
    shown = sent(approved(made("mot_mon", product, t.BodyText("Có lại rồi bạn ơi."), t.Buttons(buttons=[t.SPMButton(text="View")]))),
                 product.params(catalog_id=CATALOG, sku="PH01"))
    assert (shown["template"]["kind"], shown["sections"][0]["products"][0]["retailer_id"]) == ("spm", "PH01"), shown

    # pywa's own check of parameters does not know that cards of products take some: it is passed by.
    card = t.CarouselCard(components=[product, t.Buttons(buttons=[t.SPMButton(text="View")])])
    cards = t.Carousel(cards=[card, card])
    shown = sent(approved(made("hai_mon", t.BodyText("Hai món mới ở quán."), cards)), cards.params(cards=[
        card.params(index=n, params=[product.params(catalog_id=CATALOG, sku=sku)]) for n, sku in enumerate(["PH01", "CF01"])]), checked=False)
    assert [c["product"]["retailer_id"] for c in shown["template"]["cards"]] == ["PH01", "CF01"], shown

    listed = {d.name for d in wa.get_templates(waba_id=WABA, statuses=[t.TemplateStatus.APPROVED])}
    assert listed >= {"don_hang", "giam_gia", "thuc_don", "vai_mon", "mot_mon", "hai_mon"}, listed
    try:
        wa.send_template(to=TO, name="don_hang", language=t.TemplateLanguage.VIETNAMESE, params=[])
        raise AssertionError("a template without its parameters was sent")
    except pywa.errors.WhatsAppError as e:
        assert e.code in (132000, 132012), e
    try:
        wa.send_template(to=TO, name="khong_co", language=t.TemplateLanguage.VIETNAMESE)
        raise AssertionError("an unknown template was sent")
    except pywa.errors.WhatsAppError as e:
        assert e.code == 132001, e
    assert wa.delete_template(template_name="don_hang", waba_id=WABA).success
    assert not [d for d in wa.get_templates(waba_id=WABA) if d.name == "don_hang"]
