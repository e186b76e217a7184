// Meta's own Business SDK: sets, groups, feeds, uploads and their errors, diagnostics, nested fields, cursors, ids= and batches.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import bizSdk from "facebook-nodejs-business-sdk";
import { base, shop, until } from "../play.mjs";

const { Business, FacebookAdsApi, FacebookAdsApiBatch, ProductCatalog, ProductFeed, ProductFeedUpload, ProductFeedUploadError, ProductGroup, ProductItem, ProductSet } = bizSdk;
const api = FacebookAdsApi.getDefaultApi();
const catalog = new ProductCatalog((await new Business(shop.business).createOwnedProductCatalog([], { name: "Feeds", vertical: "commerce" })).id);

/** Has a feed fetch the file at the address, and waits for its end. */
async function take(feed, url, params = {}) {
  const { id } = await new ProductFeed(feed).createUpload([], { url, ...params });
  return until(`end of the upload of ${url}`, async () => {
    const u = await new ProductFeedUpload(id).get([
      "end_time", "url", "input_method", "num_detected_items", "num_persisted_items", "num_invalid_items", "num_deleted_items", "error_count", "warning_count"]);
    return u.end_time && u;
  });
}

/** All ids and texts of an edge, page after page. */
async function all(page, field) {
  const got = [];
  for (let n = 1; ; n++) {
    got.push(...page.map((v) => v[field]));
    if (!page.hasNext()) return { got, pages: n };
    page = await page.next();
  }
}

// A feed of the demo server's own file, fetched by URL.
const feed = (await catalog.createProductFeed([], {
  name: "Shop B", default_currency: "USD", country: "VN", deletion_enabled: true,
  schedule: { interval: "WEEKLY", url: `${base}/demo/shop-b.csv`, day_of_week: "MONDAY", hour: "4", minute: 30, timezone: "Asia/Ho_Chi_Minh", username: "u", password: "geheim" },
})).id;
const lineCount = (await (await fetch(`${base}/demo/shop-b.csv`)).text()).trim().split("\n").length - 1;
const up = await take(feed, `${base}/demo/shop-b.csv`);
assert.equal(up.url, `${base}/demo/shop-b.csv`);
// One id stands twice in that file, on purpose: neither row is taken.
const rows = lineCount - 2;
assert.equal(up.input_method, "User initiated server fetch");
assert.deepEqual([up.num_detected_items, up.num_persisted_items, up.num_invalid_items, up.num_deleted_items, up.error_count], [lineCount, rows, 2, 0, 2]);
const [twice, ...rest] = await new ProductFeedUpload(up.id).getErrors(["severity", "total_count", "error_type", "samples{row_number,retailer_id}"]);
// One price is in dollars, on purpose: the row is taken, with a warning.
assert.deepEqual(rest.map((e) => [e.severity, e.total_count, e.error_type]), [["warning", 1, "PRODUCT_NOT_DOMINANT_CURRENCY"]]);
assert.equal(up.warning_count, 1);
assert.deepEqual([twice.severity, twice.total_count], ["fatal", 2]);
assert.deepEqual(twice.samples.data.map((v) => v.row_number).sort((a, b) => a - b), [2, lineCount]);
assert.equal(new Set(twice.samples.data.map((v) => v.retailer_id)).size, 1);
const read = await new ProductFeed(feed).get(["name", "country", "default_currency", "product_count", "schedule", "latest_upload{num_persisted_items}", "product_catalog{name}"]);
assert.deepEqual([read.name, read.country, read.default_currency, read.product_count], ["Shop B", "VN", "USD", rows]);
assert.deepEqual([read.schedule.interval, read.schedule.day_of_week, read.schedule.hour, read.schedule.minute, read.schedule.timezone, read.schedule.username],
  ["WEEKLY", "MONDAY", 4, 30, "Asia/Ho_Chi_Minh", "u"]);
assert.ok(!JSON.stringify(read._data).includes("geheim"));
assert.equal(read.latest_upload.num_persisted_items, rows);
assert.equal(read.product_catalog.name, "Feeds");

// Cursors through several pages, forward and back.
const skus = await all(await new ProductFeed(feed).getProducts(["retailer_id"], { limit: 40 }), "retailer_id");
assert.equal(new Set(skus.got).size, rows);
assert.equal(skus.pages, Math.ceil(rows / 40));
const first = await catalog.getProducts(["retailer_id"], { limit: 10, summary: true });
assert.equal(first.summary.total_count, rows);
const firstSkus = first.map((i) => i.retailer_id);
const second = await first.next();
assert.ok(second.every((i) => !firstSkus.includes(i.retailer_id)));
assert.deepEqual((await second.previous()).map((i) => i.retailer_id), firstSkus);

// Groups of variants, nested fields.
const groups = await catalog.getProductGroups(["retailer_id", "products.limit(2){retailer_id,product_group{retailer_id}}"], { limit: 3 });
assert.ok(groups.length > 0);
for (const g of groups) {
  assert.ok(g.products.data.length > 0 && g.products.data.length <= 2);
  for (const p of g.products.data) assert.equal(p.product_group.retailer_id, g.retailer_id);
}
const made = await catalog.createProductGroup([], { retailer_id: "tee", variants: [{ product_field: "size", label: "Size", options: ["S", "M"] }] });
const variant = await new ProductGroup(made.id).createProduct([], {
  retailer_id: "tee-s", name: "Áo thun", description: "Cotton", price: 1900, currency: "USD", size: "S", availability: "in stock", brand: "Demo",
  url: "https://shop.example/tee", image_url: `${base}/demo/pictures/cf01-1.jpg`,
});
assert.deepEqual((await new ProductGroup(made.id).getProducts(["retailer_id", "size"])).map((p) => [p.retailer_id, p.size]), [["tee-s", "S"]]);
await assert.rejects(new ProductGroup(made.id).delete([], { deletion_method: "ONLY_IF_EMPTY" }));
assert.equal((await new ProductGroup(made.id).get(["variants"])).variants[0].label, "Size");

// Sets: the count follows the items.
const set = new ProductSet((await catalog.createProductSet([], {
  name: "Áo", retailer_id: "tees", filter: { and: [{ retailer_id: { i_contains: "TEE" } }, { price: { lt: 2000 } }] },
  metadata: { description: "Mùa hè", cover_image_url: `${base}/demo/pictures/cf01-1.jpg` },
})).id);
let s = await set.get(["name", "retailer_id", "product_count", "filter", "latest_metadata"]);
assert.deepEqual([s.name, s.retailer_id, s.product_count, s.latest_metadata.description], ["Áo", "tees", 1, "Mùa hè"]);
assert.deepEqual(JSON.parse(s.filter), { and: [{ retailer_id: { i_contains: "TEE" } }, { price: { lt: 2000 } }] });
await new ProductItem(variant.id).update([], { price: 2500 });
assert.equal((await set.get(["product_count"])).product_count, 0);
await set.update([], { name: "Áo 2", filter: { retailer_id: { is_any: ["tee-s", firstSkus[0]] } } });
assert.deepEqual((await set.getProducts(["retailer_id"])).map((p) => p.retailer_id).sort(), [firstSkus[0], "tee-s"].sort());
assert.deepEqual((await catalog.getProductSets(["name"], { retailer_id: "tees" })).map((v) => v.name), ["Áo 2"]);
await assert.rejects(catalog.createProductSet([], { name: "x", filter: { colour_of_moon: { eq: "red" } } }), (e) => e.response.code === 100);

// A file with faults: each told with its row, its samples and the rule that would mend it; the report has them all.
const lines = ["id,title,description,availability,condition,price,link,image_link,brand", "ok1,Bún,x,in stock,new,5 USD,https://s.example/1,https://s.example/1.jpg,Q",
  "bad1,Xôi,x,in stock,new,five,https://s.example/2,https://s.example/2.jpg,Q", "bad2,,x,in stock,new,5 USD,https://s.example/3,https://s.example/3.jpg,Q",
  "ok2,Chè,x,InStock!,new,5 USD,https://s.example/4,https://s.example/4.jpg,Q"];
const faulty = createServer((req, res) => (req.url === "/a.csv" ? res.writeHead(200, { "Content-Type": "text/csv" }).end(lines.join("\n") + "\n") : res.writeHead(404).end()));
await new Promise((done) => faulty.listen(0, "127.0.0.1", done));
const at = `http://127.0.0.1:${faulty.address().port}`;
const other = (await catalog.createProductFeed([], { name: "Faulty", default_currency: "USD" })).id;
const bad = await take(other, `${at}/a.csv`);
assert.equal(bad.num_detected_items, 4);
assert.equal(bad.num_persisted_items + bad.num_invalid_items, 4);
assert.ok(bad.num_invalid_items >= 2);
const errors = await new ProductFeedUpload(bad.id).getErrors(["summary", "description", "severity", "total_count", "error_type", "samples{row_number,retailer_id}"]);
const fatal = errors.filter((e) => e.severity === "fatal");
const sampled = fatal.flatMap((e) => e.samples.data.map((v) => [v.row_number, v.retailer_id]));
assert.ok(sampled.some(([row, sku]) => row === 3 && sku === "bad1"), JSON.stringify(sampled));
assert.ok(sampled.some(([row, sku]) => row === 4 && sku === "bad2"), JSON.stringify(sampled));
for (const e of errors) assert.ok(e.summary && e.description && e.error_type && e.total_count > 0, JSON.stringify(e._data));
assert.deepEqual((await new ProductFeedUploadError(fatal[0].id).getSamples(["row_number"])).map((v) => v.row_number), fatal[0].samples.data.map((v) => v.row_number));
await new ProductFeedUpload(bad.id).createErrorReport([], {});
const report = await until("error report", async () => {
  const { error_report: r } = await new ProductFeedUpload(bad.id).get(["error_report"]);
  return r.report_status === "WRITE_FINISHED" && r;
});
const text = await (await fetch(report.file_handle)).text();
assert.ok(text.includes("bad1") && text.includes("bad2"), text);
const lost = await take(other, `${at}/missing.csv`);
assert.equal(lost.num_persisted_items, 0);
assert.ok(lost.error_count > 0);
assert.match((await new ProductFeedUpload(lost.id).getErrors(["summary", "description"])).map((e) => e.summary + e.description).join(), /404/);
await assert.rejects(new ProductFeed(other).createUpload([], {}), (e) => e.response.code === 10801);
assert.deepEqual((await new ProductFeed(other).getUploads(["id"])).map((v) => v.id), [lost.id, bad.id]);
faulty.close();

// Rules: made, listed, used.
const rule = await new ProductFeed(other).createRule([], { attribute: "availability", rule_type: "value_mapping_rule", params: { "InStock!": "in stock" } });
assert.deepEqual((await new ProductFeed(other).getRules(["attribute", "rule_type", "params"])).map((r) => [r.id, r.attribute, r.rule_type, r.params]),
  [[rule.id, "availability", "value_mapping_rule", [{ key: "InStock!", value: "in stock" }]]]);

// Brands and product types: how many items have each, and what the shop says of them.
await catalog.createCategory([], { data: [{ categorization_criteria: "BRAND", criteria_value: "Demo", description: "Áo" }, { categorization_criteria: "PRODUCT_TYPE", criteria_value: "Later" }] });
const brands = await catalog.getCategories(["criteria_value", "num_items", "description"], { categorization_criteria: "BRAND" });
assert.deepEqual(brands.filter((b) => b.criteria_value === "Demo").map((b) => [b.num_items, b.description]), [[1, "Áo"]]);
const few = await catalog.getCategories(["criteria_value", "num_items"], { categorization_criteria: "BRAND", filter: { retailer_id: { eq: "tee-s" } } });
assert.deepEqual(few.filter((b) => b.num_items > 0).map((b) => [b.criteria_value, b.num_items]), [["Demo", 1]]);
assert.ok((await catalog.getCategories(["criteria_value"], { categorization_criteria: "PRODUCT_TYPE" })).some((b) => b.criteria_value === "Later"));
assert.equal((await catalog.getProductSets(["id"], { summary: true })).summary.total_count, 1);

const sources = await catalog.getDataSources(["name"], { ingestion_source_type: "PRIMARY" });
assert.deepEqual(sources.map((v) => v.name).sort(), ["Faulty", "Shop B"]);

// Diagnostics by severity.
const kinds = (await catalog.getDiagnostics(["type", "severity"])).map((d) => d.severity);
assert.ok(kinds.length > 0);
const musts = await catalog.getDiagnostics(["type", "severity", "number_of_affected_items", "diagnostics"], { severities: ["MUST_FIX"] });
assert.equal(musts.length, kinds.filter((k) => k === "MUST_FIX").length);
for (const d of musts) {
  assert.equal(d.severity, "MUST_FIX");
  assert.ok(d.number_of_affected_items > 0);
}

// ids=, and calls in a batch, one of which fails.
const ids = [variant.id, feed, set.id];
const nodes = await api.call("GET", [""], { ids: ids.join(","), fields: "id,name" });
assert.deepEqual(Object.keys(nodes).sort(), [...ids].sort());
assert.equal(nodes[variant.id].name, "Áo thun");
assert.equal(nodes[feed].name, "Shop B");
const answers = [], failures = [];
const batch = new FacebookAdsApiBatch(api);
const add = (method, path, params) => batch.add(method, path, params, undefined, (r) => answers.push(r.body), (r) => failures.push(r.body));
add("GET", [variant.id], { fields: "retailer_id" });
add("GET", ["1"], {});
add("POST", [set.id], { retailer_id: "tees-3" });
await batch.execute();
assert.equal(answers[0].retailer_id, "tee-s");
assert.deepEqual(answers[1], { success: true });
assert.equal(failures[0].error.code, 100);
assert.equal((await set.get(["retailer_id"])).retailer_id, "tees-3");

// What goes takes what hangs on it.
await set.delete([]);
await assert.rejects(set.get(["name"]), (e) => e.response.code === 100 && e.response.error_subcode === 33);
await new ProductGroup(made.id).delete([], { deletion_method: "DELETE_ITEMS" });
await assert.rejects(new ProductItem(variant.id).get(["name"]));
await new ProductFeed(feed).delete([]);
await until("the feed's items to go", async () => (await catalog.getProducts(["retailer_id"], { summary: true })).summary.total_count === bad.num_persisted_items);
await catalog.delete([]);
