// whatsapp-business: Graph v17, Meta's host hard-coded, so it runs in `hawker transparent`. Its webhook server is express.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { call, customer, file, files, approve, hello, sent, shop, subscribe, templates, toldAll, token } from "../play.mjs";
import { everything } from "../events.mjs";

const { WABAClient, WebhookClient } = createRequire(import.meta.url)("whatsapp-business");
const client = new WABAClient({ accountId: shop.waba, apiToken: token, phoneId: shop.phone });
const shelf = await files();
await hello();
const send = async (message) => {
  const res = await client.sendMessage({ to: customer, ...message });
  assert.match(res.messages[0].id, /^wamid\./);
  return res.messages[0].id;
};
const text = await send({ type: "text", text: { body: "Chào bạn" } });
await send({ type: "image", image: { link: `${shelf.at}a.png`, caption: "Món mới" } });
await send({ type: "reaction", reaction: { message_id: text, emoji: "😄" } });
await send({ type: "location", location: { latitude: 10.77, longitude: 106.7, name: "Chợ", address: "Quận 1" } });
await send({ type: "interactive", interactive: { type: "list", body: { text: "Giờ?" }, action: { button: "Xem", sections: [{ title: "Sáng", rows: [{ id: "8", title: "8 giờ" }] }] } } });
await send({ type: "interactive", interactive: { type: "product", body: { text: "Mới" }, action: { catalog_id: shop.catalog, product_retailer_id: "CF01" } } });
await send({ type: "video", video: { link: `${shelf.at}a.mp4`, caption: "Bếp" } });
await send({ type: "audio", audio: { link: `${shelf.at}a.ogg` } });
await send({ type: "document", document: { link: `${shelf.at}a.pdf`, filename: "thực đơn.pdf" } });
await send({ type: "sticker", sticker: { link: `${shelf.at}a.webp` } });
await send({ type: "contacts", contacts: [{ name: { formatted_name: "Anh Tư", first_name: "Tư" }, phones: [{ phone: "+84900000001", type: "CELL" }] }] });
const say = (type, action, more) => send({ type: "interactive", interactive: { type, body: { text: "Mời" }, action, ...more } });
await say("button", { buttons: [{ type: "reply", reply: { id: "y", title: "Ừ" } }] }, { header: { type: "image", image: { link: `${shelf.at}a.png` } } });
await say("product_list", { catalog_id: shop.catalog, sections: [{ title: "Nóng", product_items: [{ product_retailer_id: "PH01" }] }] }, { header: { type: "text", text: "Món" } });
await say("catalog_message", { name: "catalog_message", parameters: { thumbnail_product_retailer_id: "PH01" } });
for (const { id } of await templates()) await approve(id);
const words = (...list) => list.map((t) => ({ type: "text", text: t }));
await send({ type: "template", template: { name: "don_hang", language: { policy: "deterministic", code: "vi" }, components: [
  { type: "header", parameters: words("B-2") }, { type: "body", parameters: words("Minh", "B-2") },
  { type: "button", sub_type: "quick_reply", index: 0, parameters: [{ type: "payload", payload: "thanks" }] }, { type: "button", sub_type: "url", index: 1, parameters: words("b2") },
] } });
assert.deepEqual(await sent(), ["text", "image", "location", "list", "product", "video", "audio", "document", "sticker", "contacts", "button", "product_list", "catalog_message", "template"]);
const uploaded = await call("POST", `/v17.0/${shop.phone}/whatsapp_business_profile`, { messaging_product: "whatsapp", about: "Quán" });
assert.equal(uploaded.success, true);
assert.equal((await client.getBusinessPhoneNumbers()).data[0].id, shop.phone);
assert.equal((await client.getSingleBusinessPhoneNumber(shop.phone)).id, shop.phone);
assert.ok(await client.getBusinessProfile(["about", "email"]));
assert.equal((await client.updateBusinessProfile({ about: "Mở đến 22 giờ" })).success, true);

const port = 20000 + Math.floor(process.pid % 20000);
const got = [], states = [], texts = [];
await new Promise((done) => new WebhookClient({ token: "v", path: "/hook", port }).initWebhook({
  onStartListening: done,
  onMessageReceived: (message) => got.push(message),
  onStatusReceived: (status) => states.push(status),
  onTextMessageReceived: (message) => texts.push(message),
}));
await subscribe(`http://127.0.0.1:${port}/hook`, "v");
const expected = await everything();
// It takes contacts for granted, which Meta's messages of type system do not have: those it cannot read from anybody.
await toldAll({ ...expected, fields: ["messages"] }, () => [{ field: "messages", value: { messages: got, statuses: states } }]);
const types = Object.fromEntries(got.map((m) => [m.id, m.type])), all = { ...expected.types, ...expected.india };
for (const [id, type] of Object.entries(all)) assert.equal(types[id], type);
assert.deepEqual(texts.map((m) => m.id).sort(), Object.keys(all).filter((id) => all[id] === "text").sort());
const seen = got.find((m) => m.type === "order");
assert.equal(seen.order.product_items[0].quantity, 2);
assert.equal((await client.markMessageAsRead(seen.id)).success, true);
const picture = got.find((m) => m.type === "image").image;
assert.equal((await client.getMedia(picture.id)).mime_type, "image/png");
assert.equal((await client.updateIdentityCheckState({ enable_identity_key_check: false })).success, true);
assert.equal((await client.setupTwoStepAuth({ phoneNumberId: shop.phone, pin: "654321" })).success, true);
shelf.close();
process.exit(0);
