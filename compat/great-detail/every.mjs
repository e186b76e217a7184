// What its interactive messages and templates can hold, and every webhook through its parser and signature check.
import assert from "node:assert/strict";
import { appSecret, call, customer, files, message, shop, toldAll } from "../play.mjs";
import { everything, flow } from "../events.mjs";

export async function run(sdk, hook) {
  const shelf = await files();
  const phoneNumberID = shop.phone;
  const sent = async (kind, interactive, check = () => true) => {
    const res = await sdk.message.createMessage({ phoneNumberID, to: customer, type: "interactive", interactive: { type: kind, body: { text: "Mời bạn" }, ...interactive } }).json();
    const shown = await message(res.messages[0].id);
    assert.equal(shown?.kind, kind);
    assert.ok(check(shown), `${kind} is shown as ${JSON.stringify(shown)}`);
  };
  const parameters = { flow_message_version: "3", flow_id: await flow("Của great-detail"), flow_cta: "Mở" };
  await sent("list", { action: { button: "Xem", sections: [{ title: "Sáng", rows: [{ id: "8", title: "8 giờ" }] }] } });
  await sent("cta_url", { action: { name: "cta_url", parameters: { display_text: "Mở", url: "https://quan.example/" } } });
  await sent("location_request_message", { action: { name: "send_location" } });
  await sent("request_contact_info", { action: { name: "request_contact_info" } });
  await sent("flow", { action: { name: "flow", parameters } });
  await sent("product_list", { header: { type: "text", text: "Món" }, action: { catalog_id: shop.catalog, sections: [{ title: "Nóng", product_items: [{ product_retailer_id: "PH01" }] }] } });
  await sent("catalog_message", { action: { name: "catalog_message", parameters: { thumbnail_product_retailer_id: "PH01" } } });
  await sent("carousel", { action: { cards: ["PH01", "CF01"].map((sku, card_index) => ({ card_index, type: "product", action: { catalog_id: shop.catalog, product_retailer_id: sku } })) } });
  const header = { type: "image", image: { link: `${shelf.at}a.png` } };
  await sent("carousel", { action: { cards: [0, 1].map((card_index) => ({ card_index, type: "cta_url", header, action: { buttons: [{ type: "quick_reply", quick_reply: { id: `b${card_index}`, title: "Lấy" } }] } })) } },
    (m) => m.cards.every((c) => c.file.kind === "image" && c.buttons.length === 1));
  const bill = { value: 6500000, offset: 100 };
  const order = { status: "pending", items: [{ retailer_id: "PH01", name: "Phở", amount: bill, quantity: 1 }], subtotal: bill, tax: { value: 0, offset: 100 } };
  await sent("order_details", { action: { name: "review_and_pay", parameters: { reference_id: "G-1", type: "physical-goods", payment_type: "br", currency: "BRL", total_amount: bill, order } } }, (m) => m.bill.reference_id === "G-1");
  await sent("order_status", { action: { name: "review_order", parameters: { reference_id: "G-1", order: { status: "processing" } } } });
  const { message_id } = await call("POST", `/sandbox/v1/customers/${customer}/chats/${shop.phone}/messages`, { text: "ừ" });
  assert.deepEqual(await sdk.message.createStatus({ phoneNumberID, status: "read", message_id, messageID: message_id }).json(), { success: true });
  assert.ok((await sdk.template.list(shop.waba, { limit: 5 }).json()).data.length > 0);
  assert.equal((await sdk.whatsappBusinessAccount.get(shop.waba, { fields: ["id", "name"] }).json()).id, shop.waba);

  const expected = await everything();
  await toldAll(expected, () => hook.all().flatMap((g) => g.json.entry).flatMap((e) => e.changes));
  for (const { raw, signature } of hook.all()) {
    const parsed = await sdk.webhook.eventNotification({ method: "POST", body: raw.toString(), headers: { "x-hub-signature-256": signature } });
    assert.ok(await parsed.signature.sha256.check(appSecret), raw.toString());
    assert.equal(parsed.eventNotification.object, "whatsapp_business_account");
  }
  shelf.close();
}
