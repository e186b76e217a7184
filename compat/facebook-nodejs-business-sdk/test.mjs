// Meta's own Business SDK: catalogs, products, batches, and the connection to the WhatsApp account.
import assert from "node:assert/strict";
import bizSdk from "facebook-nodejs-business-sdk";
import { base, shop, token, until } from "../play.mjs";

const { FacebookAdsApi, Business, ProductCatalog, ProductItem, WhatsAppBusinessAccount } = bizSdk;
Object.defineProperty(FacebookAdsApi, "GRAPH", { get: () => base });
FacebookAdsApi.init(token, undefined, false);

const catalog = await new Business(shop.business).createOwnedProductCatalog([], { name: "Spring shop", vertical: "commerce" });
assert.match(catalog.id, /^\d+$/);
const owned = await new Business(shop.business).getOwnedProductCatalogs(["id", "name"]);
assert.ok(owned.some((c) => c.id === catalog.id && c.name === "Spring shop"));

const created = await new ProductCatalog(catalog.id).createProduct([], {
  retailer_id: "mug-1", name: "Blue mug", description: "Stoneware", price: 999, currency: "USD",
  url: "https://shop.example/1", image_url: "https://shop.example/1.jpg", availability: "in stock", brand: "Demo",
});
const item = await new ProductItem(created.id).get(["retailer_id", "name", "price", "currency", "availability", "product_catalog"]);
assert.equal(item.retailer_id, "mug-1");
assert.equal(item.price, "$9.99");
assert.equal(item.product_catalog.id, catalog.id);

const requests = Array.from({ length: 60 }, (_, n) => ({
  method: "CREATE",
  data: {
    id: `sku-${n}`, title: `Item ${n}`, description: "d", availability: "in stock", condition: "new", brand: "Demo", price: "45000 VND",
    link: `https://shop.example/${n}`, image: [{ url: `https://shop.example/${n}.jpg` }],
  },
}));
requests.push({ method: "CREATE", data: { id: "bad", title: "No price" } });
const batch = await new ProductCatalog(catalog.id).createItemsBatch([], { item_type: "PRODUCT_ITEM", requests, allow_upsert: true });
const handle = batch._data.handles[0];
assert.ok(handle);
assert.equal(batch._data.validation_status[0].retailer_id, "bad");
const status = await until("finished batch", async () => {
  const [s] = await new ProductCatalog(catalog.id).getCheckBatchRequestStatus([], { handle, load_ids_of_invalid_requests: true });
  return s._data.status === "finished" && s._data;
});
assert.deepEqual(status.ids_of_invalid_requests, ["bad"]);

// Pages are followed by their next URL, verbatim.
const names = new Set();
let page = await new ProductCatalog(catalog.id).getProducts(["retailer_id", "name"], { limit: 25 });
for (;;) {
  for (const p of page) names.add(p.retailer_id);
  if (!page.hasNext()) break;
  page = await page.next();
}
assert.equal(names.size, 61);

await new ProductItem(created.id).update([], { name: "Green mug" });
assert.equal((await new ProductItem(created.id).get(["name"])).name, "Green mug");
await new ProductItem(created.id).delete([]);
await assert.rejects(new ProductItem(created.id).get(["name"]));

const waba = new WhatsAppBusinessAccount("300000000000002");
await waba.createProductCatalog([], { catalog_id: "500000000000002" });
assert.deepEqual((await waba.getProductCatalogs(["id"])).map((c) => c.id), ["500000000000002"]);
await assert.rejects(waba.createProductCatalog([], { catalog_id: catalog.id }));
await waba.deleteProductCatalogs({ catalog_id: "500000000000002" });
assert.equal((await waba.getProductCatalogs(["id"])).length, 0);
await new ProductCatalog(catalog.id).delete([]);

await import("./feeds.mjs");
await import("./partners.mjs");
