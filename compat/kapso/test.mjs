// @kapso/whatsapp-cloud-api: product messages by baseUrl; signature and order of the webhook.
import assert from "node:assert/strict";
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { appSecret, base, customer, hello, listen, order, read, shop, token } from "../play.mjs";
import { fields } from "../events.mjs";
import * as every from "./every.mjs";
import * as templates from "./templates.mjs";

const hook = await listen(fields);
await hello();
const { messages } = new WhatsAppClient({ accessToken: token, baseUrl: base });
const to = { phoneNumberId: shop.phone, to: customer };
await messages.sendInteractiveProduct({ ...to, bodyText: "Mới về", catalogId: shop.catalog, productRetailerId: "CF01" });
await messages.sendInteractiveProductList({
  ...to, header: { type: "text", text: "Món" }, bodyText: "Mời bạn", catalogId: shop.catalog,
  sections: [{ title: "Nóng", productItems: [{ productRetailerId: "CF01" }, { productRetailerId: "PH01" }] }],
});
await messages.sendInteractiveCatalogMessage({ ...to, bodyText: "Tất cả", parameters: { thumbnailProductRetailerId: "CF01" } });
assert.deepEqual((await read()).filter((m) => m.from_business).map((m) => m.kind), ["product", "product_list", "catalog_message"]);
await assert.rejects(messages.sendInteractiveProduct({ ...to, bodyText: "x", catalogId: shop.catalog, productRetailerId: "nope" }), /product not found|131009|Parameter value/);

await order({ PH01: 2 }, "ít hành");
const { raw, signature, json } = await hook.find("order", (v) => v.messages?.[0].type === "order");
assert.equal(verifySignature({ appSecret, rawBody: raw, signatureHeader: signature }), true);
assert.equal(verifySignature({ appSecret, rawBody: raw.toString().replace("PH01", "PH02"), signatureHeader: signature }), false);
const [m] = normalizeWebhook(json).messages;
assert.equal(m.type, "order");
assert.equal(m.order.productItems[0].quantity, 2);
assert.equal(m.order.productItems[0].itemPrice, 65000);
await templates.run(hook);
await every.run(hook);
hook.close();
