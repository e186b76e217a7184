// Meta's own Business SDK: product sets in batches, supplementary feeds, partners and users of a catalog; and the examples that the
// SDK ships for catalogs, run as they are.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import bizSdk from "facebook-nodejs-business-sdk";
import { base, shop, token, until } from "../play.mjs";

const { Business, FacebookAdsApi, ProductCatalog, ProductFeed, ProductFeedUpload, ProductItem, ProductSet } = bizSdk;
const api = FacebookAdsApi.getDefaultApi();
const catalog = new ProductCatalog((await new Business(shop.business).createOwnedProductCatalog([], { name: "Partners", vertical: "commerce" })).id);
const item = (sku, brand) => catalog.createProduct([], {
  retailer_id: sku, name: `Áo ${sku}`, description: "Cotton", price: 1900, currency: "USD", brand, url: `https://shop.example/${sku}`, image_url: `https://shop.example/${sku}.jpg`,
});
await item("a", "Mộc");
await item("b", "Lụa");

// Sets in one call: made, changed, removed, and the wrong ones told by their line.
const sets = await api.call("POST", [catalog.id, "product_sets_batch"], { requests: [
  { method: "CREATE", data: { name: "Mộc", retailer_id: "moc", filter: { brand: { eq: "mộc" } } } },
  { method: "CREATE", data: { name: "Lụa", retailer_id: "lua", filter: { brand: { eq: "lụa" } } } },
  { method: "CREATE", data: { name: "Bad", filter: { moon: { eq: "full" } } } },
  { method: "UPDATE", data: { retailer_id: "moc", name: "Mộc 2" } },
  { method: "DELETE", data: { retailer_id: "lua" } },
] });
const [told] = await until("finished sets", async () => {
  const list = await catalog.getProductSetsBatch(["handle", "status", "errors", "errors_total_count"], { handle: sets.handles[0] });
  return list[0].status === "finished" && list;
});
assert.deepEqual([told.handle, told.errors_total_count, told.errors[0].line], [sets.handles[0], 1, 2]);
const made = await catalog.getProductSets(["name", "product_count"]);
assert.deepEqual(made.map((s) => [s.name, s.product_count]), [["Mộc 2", 1]]);
assert.deepEqual((await new ProductSet(made[0].id).getProducts(["retailer_id"])).map((p) => p.retailer_id), ["a"]);

// A supplementary feed adds to the items of a primary one it is tied to.
const files = {
  "/goods.csv": "id,title,description,availability,condition,price,link,image_link,brand\nc,Khăn,Lụa,in stock,new,5 USD,https://s.example/c,https://s.example/c.jpg,Lụa\n",
  "/labels.csv": "id,custom_label_0\nc,summer\nnone,x\n",
};
const server = createServer((req, res) => (files[req.url] ? res.writeHead(200, { "Content-Type": "text/csv" }).end(files[req.url]) : res.writeHead(404).end()));
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const take = async (feed, name) => {
  const { id } = await new ProductFeed(feed).createUpload([], { url: `http://127.0.0.1:${server.address().port}${name}` });
  return until(`end of ${name}`, async () => {
    const u = await new ProductFeedUpload(id).get(["end_time", "num_persisted_items", "num_invalid_items"]);
    return u.end_time && u;
  });
};
const goods = (await catalog.createProductFeed([], { name: "Goods" })).id, second = (await catalog.createProductFeed([], { name: "Second" })).id;
const labels = (await catalog.createProductFeed([], { name: "Labels", ingestion_source_type: "SUPPLEMENTARY_FEED", primary_feed_ids: [second] })).id;
await take(goods, "/goods.csv");
assert.deepEqual([(await take(labels, "/labels.csv")).num_persisted_items], [0]);
await new ProductFeed(goods).createSupplementaryFeedAssoc([], { assoc_data: [{ feed_id: labels }] });
const after = await take(labels, "/labels.csv");
assert.deepEqual([after.num_persisted_items, after.num_invalid_items], [1, 1]);
const [scarf] = await new ProductFeed(goods).getProducts(["retailer_id", "custom_label_0"]);
assert.deepEqual([scarf.retailer_id, scarf.custom_label_0], ["c", "summer"]);
await new ProductFeed(labels).createSupplementaryFeedAssoc([], { assoc_data: [{ feed_id: second, action: "REMOVE" }] });
await assert.rejects(new ProductFeed(labels).createSupplementaryFeedAssoc([], { assoc_data: [{ feed_id: goods, action: "REMOVE" }] }), (e) => e.response.code === 100);
assert.deepEqual((await new ProductFeed(labels).get(["primary_feeds"])).primary_feeds.map(String), [goods]);
server.close();

// Partners and users.
const partner = "200000000000003";
await catalog.createAgency([], { business: partner, permitted_tasks: ["MANAGE", "AA_ANALYZE"] });
assert.deepEqual((await catalog.getAgencies(["name"])).map((b) => [b.id, b.name]), [[partner, "Malabar Spice Room"]]);
assert.ok((await new Business(partner).getClientProductCatalogs(["name"])).some((c) => c.id === catalog.id));
const robot = (await new Business(shop.business).createSystemUser([], { name: "Robot", role: "EMPLOYEE" })).id;
await catalog.createAssignedUser([], { user: robot, tasks: ["ADVERTISE"] });
const users = await catalog.getAssignedUsers(["name", "business"], { business: shop.business });
assert.deepEqual(users.map((u) => [u.id, u.name, u.business.id]), [[robot, "Robot", shop.business]]);
const access = await api.call("POST", [shop.business, "system_user_access_tokens"], { system_user_id: robot, scope: "catalog_management" });
const theirs = new FacebookAdsApi(access.access_token, undefined, false);
const scarfOf = new ProductItem(scarf.id, {}, undefined, theirs);
assert.equal((await scarfOf.get(["retailer_id"])).retailer_id, "c");
await assert.rejects(scarfOf.update([], { name: "x" }), (e) => e.response.code === 200);
await catalog.deleteAssignedUsers({ user: robot });
await scarfOf.update([], { name: "Khăn lụa" });
await catalog.deleteAgencies({ business: partner });
assert.equal((await catalog.getAgencies([])).length, 0);

// The SDK's own examples for these objects: only the placeholders are filled in, as its README says.
const require = createRequire(import.meta.url);
const shipped = require("facebook-nodejs-business-sdk");
Object.defineProperty(shipped.FacebookAdsApi, "GRAPH", { get: () => base, configurable: true });
const refused = [];
process.on("unhandledRejection", (e) => refused.push(e));
const run = (name) => {
  const text = readFileSync(new URL(`node_modules/facebook-nodejs-business-sdk/examples/product_catalog_${name}.js`, import.meta.url), "utf8");
  new Function("require", "console", text.replaceAll("<ACCESS_TOKEN>", token).replaceAll("<PRODUCT_CATALOG_ID>", catalog.id))(require, { log() {} });
};
run("product_feeds_post_product_feed");
run("product_sets_post_product_set");
await until("the example's feed", async () => (await catalog.getProductFeeds(["name", "schedule"])).some((f) => f.name === "Test Feed" && f.schedule.hour === 22));
await until("the example's set", async () => (await catalog.getProductSets(["name", "filter"])).some((s) => s.name === "Test Set" && s.filter.includes("shirt")));
assert.equal(refused.length, 0, String(refused[0]));
// Those for hotels and advertising are told that they are not offered.
for (const name of ["event_stats_edge", "hotels_post"]) {
  run(name);
  const e = await until(`an answer to ${name}`, () => refused.shift());
  assert.equal(e.response.code, 3, name);
  assert.match(e.response.message, /does not offer this edge/);
}
await catalog.delete([]);
