// Templates sent as the client types them; it has no call to make them, so they are made by the Graph API.
import assert from "node:assert/strict";
import { appSecret, approve, customer, deliver, files, message, shop, templates } from "../play.mjs";

export async function run(sdk, hook) {
  const shelf = await files();
  for (const { id } of await templates()) await approve(id);
  const send = async (name, ...components) => {
    const res = await sdk.message.createMessage({ phoneNumberID: shop.phone, to: customer, type: "template", template: { name, language: { code: "vi" }, components } }).json();
    assert.equal(res.messages[0].message_status, "accepted");
    const { id } = res.messages[0];
    await deliver(id);
    const { raw, signature } = await hook.find(`delivery of ${name}`, (v) => v.statuses?.some((s) => s.id === id && s.status === "delivered"));
    const parsed = await sdk.webhook.eventNotification({ method: "POST", body: raw.toString(), headers: { "x-hub-signature-256": signature } });
    assert.ok(await parsed.signature.sha256.check(appSecret));
    const [status] = parsed.eventNotification.entry[0].changes[0].value.statuses;
    assert.deepEqual([status.id, status.recipient_id], [id, customer]);
    return message(id);
  };
  const text = (...words) => ({ type: "body", parameters: words.map((w) => ({ type: "text", text: w })) });
  const button = (sub_type, index, parameter) => ({ type: "button", sub_type, index, parameters: [parameter] });
  const order = await send("don_hang", { type: "header", parameters: [{ type: "text", text: "B-2" }] }, text("Minh", "B-2"),
    button("quick_reply", 0, { type: "payload", payload: "thanks" }), button("url", 1, { type: "text", text: "b2" }));
  assert.equal(order.text, "Chào Minh, đơn B-2 của bạn đã lên đường rồi nhé.");
  assert.deepEqual([order.header, order.template.buttons[1].url], ["Đơn hàng B-2", "https://quan.example/b2"]);
  const sale = await send("giam_gia", { type: "header", parameters: [{ type: "image", image: { link: `${shelf.at}a.png` } }] }, text("20%"),
    button("copy_code", 0, { type: "coupon_code", coupon_code: "TRA20" }));
  assert.equal(sale.text, "Giảm 20% cho bạn đến hết tuần này nhé.");
  assert.equal(sale.files.length, 1);
  assert.match(JSON.stringify(sale.template.buttons), /TRA20/);
  const thumbnail_product_retailer_id = "PH01";
  const menu = await send("thuc_don", button("CATALOG", 0, { type: "action", action: { thumbnail_product_retailer_id } }));
  assert.deepEqual([menu.template.kind, menu.thumbnail.retailer_id], ["catalog", "PH01"]);
  const sections = [{ title: "Nóng", product_items: [{ product_retailer_id: "PH01" }, { product_retailer_id: "CF01" }] }];
  const list = await send("vai_mon", button("mpm", 0, { type: "action", action: { thumbnail_product_retailer_id, sections } }));
  assert.deepEqual(list.sections.map((s) => s.products.map((p) => p.retailer_id)), [["PH01", "CF01"]]);
  const product = (sku) => ({ type: "header", parameters: [{ type: "product", product: { product_retailer_id: sku, catalog_id: shop.catalog } }] });
  const one = await send("mot_mon", product("PH01"));
  assert.deepEqual([one.template.kind, one.sections[0].products[0].retailer_id], ["spm", "PH01"]);
  const cards = ["PH01", "CF01"].map((sku, card_index) => ({ card_index, components: [product(sku)] }));
  const two = await send("hai_mon", { type: "carousel", cards });
  assert.deepEqual(two.template.cards.map((c) => c.product.retailer_id), ["PH01", "CF01"]);
  await assert.rejects(send("khong_co"), /404|132001/);
  shelf.close();
}
