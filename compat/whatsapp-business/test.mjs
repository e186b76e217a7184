// whatsapp-business: Graph v17, Meta's host hard-coded, so it runs in `hawker transparent`. Its webhook server is express.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { customer, files, hello, order, sent, shop, subscribe, token, until } from "../play.mjs";

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
assert.deepEqual(await sent(), ["text", "image", "location", "list", "product"]);
assert.equal((await client.getBusinessPhoneNumbers()).data[0].id, shop.phone);
assert.equal((await client.getSingleBusinessPhoneNumber(shop.phone)).id, shop.phone);
assert.ok(await client.getBusinessProfile(["about", "email"]));
assert.equal((await client.updateBusinessProfile({ about: "Mở đến 22 giờ" })).success, true);

const port = 20000 + Math.floor(process.pid % 20000);
const got = [];
await new Promise((done) => new WebhookClient({ token: "v", path: "/hook", port }).initWebhook({
  onStartListening: done,
  onMessageReceived: (message) => got.push(message),
}));
await subscribe(`http://127.0.0.1:${port}/hook`, "v");
await order({ CF01: 2 }, "ít đá");
const seen = await until("order", () => got.find((m) => m.type === "order"));
assert.equal(seen.order.product_items[0].quantity, 2);
assert.equal((await client.markMessageAsRead(seen.id)).success, true);
shelf.close();
process.exit(0);
