// whatsapp-api-js: hard-codes Meta's host, so its fetch leads here; its post() checks signatures itself.
import assert from "node:assert/strict";
import { WhatsAppAPI } from "whatsapp-api-js";
import { ActionCatalog, ActionProduct, ActionProductList, Body, CatalogProduct, Header, Interactive, Product, ProductSection } from "whatsapp-api-js/messages";
import { appSecret, base, customer, hello, listen, order, read, shop, token } from "../play.mjs";
import * as every from "./every.mjs";
import * as templates from "./templates.mjs";

const hook = await listen();
await hello();
const api = new WhatsAppAPI({
  token, appSecret, v: "v23.0",
  ponyfill: { fetch: (url, init) => fetch(String(url).replace("https://graph.facebook.com", base), init), subtle: crypto.subtle },
});
const send = async (message) => {
  const res = await api.sendMessage(shop.phone, customer, message);
  assert.match(res.messages?.[0].id ?? JSON.stringify(res), /^wamid\./);
};
await send(new Interactive(new ActionProduct(new CatalogProduct("CF01", shop.catalog)), new Body("Mới về")));
await send(new Interactive(new ActionProductList(shop.catalog, new ProductSection("Nóng", new Product("CF01"), new Product("PH01"))), new Body("Mời bạn"), new Header("Món")));
await send(new Interactive(new ActionCatalog(new Product("CF01")), new Body("Tất cả")));
assert.deepEqual((await read()).filter((m) => m.from_business).map((m) => m.kind), ["product", "product_list", "catalog_message"]);

await order({ CF01: 3 }, "");
const { raw, signature, json } = await hook.find("order", (v) => v.messages?.[0].type === "order");
let seen;
api.on.message = ({ message }) => { seen = message; };
await api.post(json, raw.toString(), signature);
assert.equal(seen.type, "order");
assert.equal(seen.order.product_items[0].item_price, 22000);
assert.equal(seen.order.text, "");
await assert.rejects(api.post(json, raw.toString() + " ", signature));
await templates.run(api, hook);
await every.run(api, hook);
hook.close();
