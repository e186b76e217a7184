// whatsapp, Meta's archived SDK: hard-codes https and Meta's host, so it runs in `hawker transparent`.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { appSecret, approve, customer, files, hello, listen, sent, shop, templates, toldAll, token } from "../play.mjs";
import { everything, fields } from "../events.mjs";

Object.assign(process.env, {
  M4D_APP_ID: "100000000000001", M4D_APP_SECRET: appSecret, WA_PHONE_NUMBER_ID: shop.phone, WA_BUSINESS_ACCOUNT_ID: shop.waba,
  CLOUD_API_ACCESS_TOKEN: token, CLOUD_API_VERSION: "v16.0", WEBHOOK_ENDPOINT: "hook", WEBHOOK_VERIFICATION_TOKEN: "v", NODE_ENV: "production",
});
const { default: WhatsApp } = await import("whatsapp");
const wa = new WhatsApp();
const shelf = await files();
await hello();
const ok = async (call) => {
  const res = await call;
  assert.equal(res.statusCode(), 200);
  const body = JSON.parse(res.responseBodyToJSON ? JSON.stringify(await res.responseBodyToJSON()) : "{}");
  assert.match(body.messages[0].id, /^wamid\./);
};
const to = Number(customer);
await ok(wa.messages.text({ body: "Chào bạn" }, to));
await ok(wa.messages.image({ link: `${shelf.at}a.png`, caption: "Món mới" }, to));
await ok(wa.messages.video({ link: `${shelf.at}a.mp4` }, to));
await ok(wa.messages.audio({ link: `${shelf.at}a.ogg` }, to));
await ok(wa.messages.document({ link: `${shelf.at}a.pdf` }, to));
await ok(wa.messages.sticker({ link: `${shelf.at}a.webp` }, to));
await ok(wa.messages.location({ latitude: 10.77, longitude: 106.7, name: "Chợ", address: "Quận 1" }, to));
await ok(wa.messages.contacts([{ name: { formatted_name: "Anh Shipper", first_name: "Shipper" }, phones: [{ phone: "+84900000000" }] }], to));
await ok(wa.messages.interactive({ type: "product", body: { text: "Mới" }, action: { catalog_id: shop.catalog, product_retailer_id: "CF01" } }, to));
await ok(wa.messages.interactive({
  type: "product_list", header: { type: "text", text: "Món" }, body: { text: "Mời" },
  action: { catalog_id: shop.catalog, sections: [{ title: "Nóng", product_items: [{ product_retailer_id: "PH01" }] }] },
}, to));
const say = (type, action, more) => ok(wa.messages.interactive({ type, body: { text: "Mời bạn" }, action, ...more }, to));
await say("button", { buttons: [{ type: "reply", reply: { id: "y", title: "Ừ" } }] }, { header: { type: "image", image: { link: `${shelf.at}a.png` } }, footer: { text: "Quán" } });
await say("list", { button: "Xem", sections: [{ title: "Sáng", rows: [{ id: "8", title: "8 giờ", description: "Còn chỗ" }] }] });
for (const { id } of await templates()) await approve(id);
const words = (...list) => list.map((text) => ({ type: "text", text }));
await ok(wa.messages.template({ name: "don_hang", language: { policy: "deterministic", code: "vi" }, components: [
  { type: "header", parameters: words("B-2") }, { type: "body", parameters: words("Minh", "B-2") },
  { type: "button", sub_type: "quick_reply", index: "0", parameters: [{ type: "payload", payload: "thanks" }] }, { type: "button", sub_type: "url", index: "1", parameters: words("b2") },
] }, to));
assert.deepEqual(await sent(), ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "product", "product_list", "button", "list", "template"]);

// Its own webhook server breaks on every body in this version (it joins text as if it were buffers), so only its
// signature is asked.
const hook = await listen(fields);
const expected = await everything();
await toldAll(expected, () => hook.all().flatMap((g) => g.json.entry).flatMap((e) => e.changes));
const { generateXHub256Sig } = createRequire(import.meta.url)("./node_modules/whatsapp/build/utils.js");
for (const { raw, signature } of hook.all()) assert.equal(`sha256=${generateXHub256Sig(raw.toString(), appSecret)}`, signature);
const read = await wa.messages.status({ status: "read", message_id: Object.keys(expected.types)[0] });
assert.equal(read.statusCode(), 200);
hook.close();
shelf.close();
process.exit(0);
