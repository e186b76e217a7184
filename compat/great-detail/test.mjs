// @great-detail/whatsapp: every type of message it types, media, profile, numbers, subscriptions and its webhook parser.
import assert from "node:assert/strict";
import Client from "@great-detail/whatsapp";
import { appSecret, base, customer, file, files, hello, listen, order, sent, shop, token } from "../play.mjs";
import { fields } from "../events.mjs";
import * as every from "./every.mjs";
import * as templates from "./templates.mjs";

const hook = await listen(fields);
const shelf = await files();
await hello();
const sdk = new Client({ prefixUrl: base, request: { headers: { Authorization: `Bearer ${token}` } } });
const phoneNumberID = shop.phone;
const send = async (message) => {
  const res = await sdk.message.createMessage({ phoneNumberID, to: customer, ...message }).json();
  assert.match(res.messages[0].id, /^wamid\./);
  return res.messages[0].id;
};
const text = await send({ type: "text", text: { body: "Chào bạn" } });
const png = file("a.png");
const { id } = await sdk.media.upload({ phoneNumberID, mimeType: png.type, filename: "a.png", file: new Blob([png.bytes], { type: png.type }) }).json();
const info = await sdk.media.getURL({ mediaID: id, phoneNumberID }).json();
assert.equal(info.mime_type, "image/png");
const bytes = Buffer.from(await (await fetch(info.url, { headers: { Authorization: `Bearer ${token}` } })).arrayBuffer());
assert.deepEqual(bytes, png.bytes);
await send({ type: "image", image: { id, caption: "Món mới" } });
await send({ type: "video", video: { link: `${shelf.at}a.mp4` } });
await send({ type: "audio", audio: { link: `${shelf.at}a.ogg` } });
await send({ type: "document", document: { link: `${shelf.at}a.pdf`, filename: "thực đơn.pdf" } });
await send({ type: "sticker", sticker: { link: `${shelf.at}a.webp` } });
await send({ type: "location", location: { latitude: 10.77, longitude: 106.7, name: "Chợ", address: "Quận 1" } });
await send({ type: "contacts", contacts: [{ name: { formatted_name: "Anh Shipper", first_name: "Shipper" }, phones: [{ phone: "+84900000000" }] }] });
await send({ type: "reaction", reaction: { message_id: text, emoji: "👍" } });
await send({ type: "interactive", interactive: { type: "button", body: { text: "Nhé?" }, action: { buttons: [{ type: "reply", reply: { id: "y", title: "Ừ" } }] } } });
await send({ type: "interactive", interactive: { type: "product", body: { text: "Mới" }, action: { catalog_id: shop.catalog, product_retailer_id: "CF01" } } });
assert.deepEqual(await sent(), ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "button", "product"]);
assert.deepEqual(await sdk.media.delete({ mediaID: id, phoneNumberID }).json(), { success: true });

const profile = await sdk.businessProfile.getBusinessProfile({ phoneNumberID, fields: ["about", "email"] }).json();
assert.ok(Array.isArray(profile.data));
const number = await sdk.phoneNumbers.getPhoneNumber({ phoneNumberID, fields: ["display_phone_number", "verified_name", "quality_rating"] }).json();
assert.equal(number.id, shop.phone);
assert.ok((await sdk.subscribedApps.listSubscriptions({ businessAccountID: shop.waba }).json()).data.length > 0);

await order({ CF01: 2 }, "ít đá");
const { raw, signature } = await hook.find("order", (v) => v.messages?.[0].type === "order");
const parsed = await sdk.webhook.eventNotification({
  method: "POST", body: raw.toString(), headers: { "x-hub-signature-256": signature },
});
assert.ok(await parsed.signature.sha256.check(appSecret));
assert.equal(await parsed.signature.sha256.check("wrong"), false);
assert.equal(parsed.eventNotification.entry[0].changes[0].value.messages[0].order.product_items[0].quantity, 2);
shelf.close();
await templates.run(sdk, hook);
await every.run(sdk, hook);
hook.close();
