// What the client tests share: the customer (played through the sandbox API) and a webhook receiver that
// keeps raw bytes and signatures. The client under test is never helped.
import { createServer } from "node:http";

export const base = process.env.COMPAT_URL;
export const token = "EAADEMO";
export const appSecret = "demo-app-secret";
export const shop = { business: "200000000000001", waba: "300000000000001", phone: "400000000000001", catalog: "500000000000001" };
export const customer = "84901234567";

export async function call(method, path, body) {
  const res = await fetch(base + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const json = await res.json();
  if (!res.ok) throw new Error(`${method} ${path} answered ${res.status} ${JSON.stringify(json)}`);
  return json;
}

const chat = `/sandbox/v1/customers/${customer}/chats/${shop.phone}`;
export const hello = () => call("POST", `${chat}/messages`, { text: "Xin chào!" });
export const ask = (sku) => call("POST", `${chat}/messages`, { text: "Còn không ạ?", product_retailer_id: sku });
export const read = async () => (await call("GET", chat)).messages;
export async function order(lines, note) {
  for (const [sku, quantity] of Object.entries(lines)) await call("PUT", `${chat}/cart/${sku}`, { quantity });
  return call("POST", `${chat}/cart/send`, { note });
}

/** Starts a receiver and subscribes the demo app of the shop to it. */
export async function listen() {
  const got = [];
  const server = createServer((req, res) => {
    const url = new URL(req.url, "http://x");
    if (req.method === "GET") return res.end(url.searchParams.get("hub.challenge"));
    const parts = [];
    req.on("data", (b) => parts.push(b));
    req.on("end", () => {
      const raw = Buffer.concat(parts);
      got.push({ raw, signature: req.headers["x-hub-signature-256"], json: JSON.parse(raw.toString()) });
      res.end();
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  await call("POST", "/v25.0/100000000000001/subscriptions", {
    access_token: `100000000000001|${appSecret}`, object: "whatsapp_business_account", fields: "messages", verify_token: "v",
    callback_url: `http://127.0.0.1:${server.address().port}/`,
  });
  await call("POST", `/v25.0/${shop.waba}/subscribed_apps`);
  return {
    close: () => { server.closeAllConnections(); server.close(); },
    /** Waits for the first webhook whose value passes. */
    find: (what, pass) => until(what, () => got.find((g) => pass(g.json.entry[0].changes[0].value))),
  };
}

/** Asks again and again until there is an answer. */
export async function until(what, ask) {
  const end = Date.now() + 15000;
  for (;;) {
    const v = await ask();
    if (v) return v;
    if (Date.now() > end) throw new Error(`no ${what} in 15 s`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
