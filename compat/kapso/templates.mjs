// Templates: made, approved, listed and sent by their builders; the statuses of each are told and parsed.
import assert from "node:assert/strict";
import { WhatsAppClient, buildTemplatePayload, buildTemplateSendPayload } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { appSecret, approve, base, customer, deliver, files, handle, message, shop, token } from "../play.mjs";

export async function run(hook) {
  const { messages, templates } = new WhatsAppClient({ accessToken: token, baseUrl: base });
  const shelf = await files();
  const language = "vi", businessAccountId = shop.waba;
  const make = async (name, category, components, more = {}) => {
    const created = await templates.create({ businessAccountId, name, language, category, components, ...more });
    assert.deepEqual([created.status, created.category], ["PENDING", category]);
    await approve(created.id);
    const [got] = (await templates.list({ businessAccountId, name })).data;
    assert.deepEqual([got.id, got.name, got.status, got.language, got.components.length], [created.id, name, "APPROVED", language, components.length]);
  };
  const send = async (template) => {
    const res = await messages.sendTemplate({ phoneNumberId: shop.phone, to: customer, template });
    assert.equal(res.messages[0].messageStatus, "accepted");
    const { id } = res.messages[0];
    await deliver(id);
    const { raw, signature, json } = await hook.find(`delivery of ${template.name}`, (v) => v.statuses?.some((s) => s.id === id && s.status === "delivered"));
    assert.equal(verifySignature({ appSecret, rawBody: raw, signatureHeader: signature }), true);
    const status = normalizeWebhook(json).statuses.find((s) => s.id === id && s.status === "delivered");
    assert.equal(status.recipientId, customer);
    return message(id);
  };

  await make("don_hang", "UTILITY", [
    { type: "HEADER", format: "TEXT", text: "Đơn hàng {{so}}", example: { headerTextNamedParams: [{ paramName: "so", example: "A-1" }] } },
    { type: "BODY", text: "Chào {{ten}}, đơn {{don}} của bạn đã lên đường rồi nhé.", example: { bodyTextNamedParams: [{ paramName: "ten", example: "Lan" }, { paramName: "don", example: "A-1" }] } },
    { type: "FOOTER", text: "Quán Góc Phố" },
    { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Cảm ơn" }, { type: "URL", text: "Theo dõi", url: "https://quan.example/{{1}}", example: ["a"] }] },
  ], { parameterFormat: "NAMED" });
  const order = await send(buildTemplateSendPayload({
    name: "don_hang", language, header: { type: "text", text: "B-2", parameterName: "so" },
    body: [{ type: "text", text: "Minh", parameterName: "ten" }, { type: "text", text: "B-2", parameterName: "don" }],
    buttons: [{ type: "button", subType: "quick_reply", index: 0, parameters: [{ type: "payload", payload: "thanks" }] }, { type: "button", subType: "url", index: 1, parameters: [{ type: "text", text: "b2" }] }],
  }));
  assert.equal(order.text, "Chào Minh, đơn B-2 của bạn đã lên đường rồi nhé.");
  assert.deepEqual([order.header, order.template.buttons[1].url], ["Đơn hàng B-2", "https://quan.example/b2"]);

  await make("giam_gia", "MARKETING", [
    { type: "HEADER", format: "IMAGE", example: { headerHandle: [await handle("a.png")] } },
    { type: "BODY", text: "Giảm {{1}} cho bạn đến hết tuần này nhé.", example: { bodyText: [["10%"]] } },
    { type: "BUTTONS", buttons: [{ type: "COPY_CODE", example: "TRASEN" }] },
  ]);
  const sale = await send(buildTemplateSendPayload({
    name: "giam_gia", language, header: { type: "image", image: { link: `${shelf.at}a.png` } }, body: [{ type: "text", text: "20%" }],
    buttons: [{ type: "button", subType: "copy_code", index: 0, parameters: [{ type: "coupon_code", coupon_code: "TRA20" }] }],
  }));
  assert.equal(sale.text, "Giảm 20% cho bạn đến hết tuần này nhé.");
  assert.equal(sale.files.length, 1);
  assert.match(JSON.stringify(sale.template.buttons), /TRA20/);

  const action = (name, sub_type, action) => buildTemplatePayload({ name, language, components: [{ type: "button", sub_type, index: 0, parameters: [{ type: "action", action }] }] });
  await make("thuc_don", "MARKETING", [{ type: "BODY", text: "Xem cả thực đơn." }, { type: "BUTTONS", buttons: [{ type: "CATALOG", text: "View catalog" }] }]);
  const menu = await send(action("thuc_don", "catalog", { thumbnail_product_retailer_id: "PH01" }));
  assert.deepEqual([menu.template.kind, menu.thumbnail.retailer_id], ["catalog", "PH01"]);
  await make("vai_mon", "MARKETING", [{ type: "HEADER", format: "TEXT", text: "Hôm nay có" }, { type: "BODY", text: "Vài món cho bạn." }, { type: "BUTTONS", buttons: [{ type: "MPM", text: "View items" }] }]);
  const several = { thumbnail_product_retailer_id: "PH01", sections: [{ title: "Nóng", product_items: [{ product_retailer_id: "PH01" }, { product_retailer_id: "CF01" }] }] };
  // Its builders know neither MPM buttons nor products in headers and cards; sendTemplate takes a payload as it is.
  const mpm = { name: "vai_mon", language: { code: language }, components: [{ type: "button", sub_type: "mpm", index: 0, parameters: [{ type: "action", action: several }] }] };
  const list = await send(mpm);
  assert.deepEqual(list.sections.map((s) => s.products.map((p) => p.retailer_id)), [["PH01", "CF01"]]);

  const product = (sku) => ({ type: "header", parameters: [{ type: "product", product: { product_retailer_id: sku, catalog_id: shop.catalog } }] });
  const spm = [{ type: "HEADER", format: "PRODUCT" }, { type: "BUTTONS", buttons: [{ type: "SPM", text: "View" }] }];
  await make("mot_mon", "MARKETING", [spm[0], { type: "BODY", text: "Có lại rồi bạn ơi." }, spm[1]]);
  const one = await send({ name: "mot_mon", language: { code: language }, components: [product("PH01")] });
  assert.deepEqual([one.template.kind, one.sections[0].products[0].retailer_id], ["spm", "PH01"]);
  await make("hai_mon", "MARKETING", [{ type: "BODY", text: "Hai món mới ở quán." }, { type: "CAROUSEL", cards: [{ components: spm }, { components: spm }] }]);
  const cards = ["PH01", "CF01"].map((sku, n) => ({ card_index: n, components: [product(sku)] }));
  const two = await send({ name: "hai_mon", language: { code: language }, components: [{ type: "carousel", cards }] });
  assert.deepEqual(two.template.cards.map((c) => c.product.retailer_id), ["PH01", "CF01"]);

  const listed = (await templates.list({ businessAccountId, status: "APPROVED", limit: 50 })).data.map((v) => v.name);
  for (const name of ["don_hang", "giam_gia", "thuc_don", "vai_mon", "mot_mon", "hai_mon"]) assert.ok(listed.includes(name), `${name} in ${listed}`);
  await assert.rejects(messages.sendTemplate({ phoneNumberId: shop.phone, to: customer, template: buildTemplateSendPayload({ name: "khong_co", language }) }), (e) => e.code === 132001);
  await templates.delete({ businessAccountId, name: "don_hang" });
  await assert.rejects(messages.sendTemplate({ phoneNumberId: shop.phone, to: customer, template: buildTemplateSendPayload({ name: "don_hang", language }) }));
  shelf.close();
}
