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

/** Starts a receiver and subscribes the demo app to it, for two shops. */
export async function listen(fields = "messages") {
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
    access_token: `100000000000001|${appSecret}`, object: "whatsapp_business_account", fields, verify_token: "v",
    callback_url: `http://127.0.0.1:${server.address().port}/`,
  });
  await subscribeAccounts();
  return {
    /** Everything that came so far, one entry for each POST. */
    all: () => got,
    close: () => { server.closeAllConnections(); server.close(); },
    /** Waits for the first webhook whose value passes. */
    find: (what, pass) => until(what, () => got.find((g) => pass(g.json.entry[0].changes[0].value))),
  };
}

/** The accounts of the demo world that receivers hear of. */
export async function subscribeAccounts() {
  for (const waba of [shop.waba, "300000000000003"]) await call("POST", `/v25.0/${waba}/subscribed_apps`);
}

/** Waits until a receiver was told all of what events.mjs played; seen gives [{field, value}] of what came. */
export async function toldAll({ types, india, statuses, fields: all }, seen) {
  const wanted = { ...types, ...india };
  const missing = () => {
    const changes = seen();
    const messages = changes.filter((c) => c.field === "messages").map((c) => c.value);
    const ids = new Set(messages.flatMap((v) => v.messages ?? []).map((m) => m.id));
    const states = new Set(messages.flatMap((v) => v.statuses ?? []).map((s) => `${s.id} ${s.status}`));
    const fields = new Set(changes.map((c) => c.field));
    return [
      ...Object.keys(wanted).filter((id) => !ids.has(id)).map((id) => wanted[id]),
      ...Object.entries(statuses).filter(([id, s]) => !states.has(`${id} ${s}`)).map(([, s]) => `status ${s}`),
      ...all.filter((f) => !fields.has(f)),
    ];
  };
  await until("webhook", () => missing().length === 0).catch(() => { throw new Error(`never told of ${missing().join(", ")}`); });
}

// When a test has got stuck: a busy machine only takes longer.
const patience = 120_000;

/** Asks again and again until there is an answer. */
export async function until(what, ask) {
  const end = Date.now() + patience;
  for (;;) {
    const v = await ask();
    if (v) return v;
    if (Date.now() > end) throw new Error(`no ${what} in ${patience / 1000} s`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

const heads = {
  "a.png": ["image/png", Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64")],
  "a.mp4": ["video/mp4", Buffer.from("00000018667479706d703432000000006d70343269736f6d", "hex")],
  "a.ogg": ["audio/ogg", Buffer.from("4f67675300020000", "hex")],
  "a.webp": ["image/webp", Buffer.from("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700", "hex")],
  "a.pdf": ["application/pdf", Buffer.from("%PDF-1.4\n%%EOF\n")],
};

/** The files of the tests by name: type and bytes. */
export const file = (name) => ({ type: heads[name][0], bytes: heads[name][1] });

/** Serves the files; the address ends in a slash. */
export async function files() {
  const server = createServer((req, res) => {
    const found = heads[req.url.slice(1)];
    if (!found) return res.writeHead(404).end();
    res.writeHead(200, { "Content-Type": found[0] }).end(found[1]);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { at: `http://127.0.0.1:${server.address().port}/`, close: () => { server.closeAllConnections(); server.close(); } };
}

/** What kinds of message the business sent, in order. */
export const sent = async () => (await read()).filter((m) => m.from_business).map((m) => m.kind);

/** The message of the chat with this id. */
export const message = async (id) => (await read()).find((m) => m.id === id);

/** The customer's phone takes the messages up to this one. */
export const deliver = (id) => call("POST", `${chat}/delivered`, { up_to: id });

/** Approves a template on purpose. */
export const approve = (id) => call("POST", `/sandbox/v1/templates/${id}/verdict`, { status: "APPROVED" });

/** Uploads a file as the sample of a template's header; gives its handle. */
export async function handle(name) {
  const { type, bytes } = file(name);
  const { id } = await call("POST", `/v25.0/100000000000001/uploads?file_name=${name}&file_length=${bytes.length}&file_type=${type}`);
  const res = await fetch(`${base}/v25.0/${id}`, { method: "POST", headers: { Authorization: `OAuth ${token}`, file_offset: "0" }, body: bytes });
  return (await res.json()).h;
}

/** Makes a template of each kind, for clients that only send them; gives their ids. */
export async function templates() {
  const body = (text, ...samples) => ({ type: "BODY", text, ...(samples.length ? { example: { body_text: [samples] } } : {}) });
  const buttons = (...list) => ({ type: "BUTTONS", buttons: list });
  const spm = [{ type: "HEADER", format: "PRODUCT" }, buttons({ type: "SPM", text: "View" })];
  const kinds = {
    don_hang: ["UTILITY", { type: "HEADER", format: "TEXT", text: "Đơn hàng {{1}}", example: { header_text: ["A-1"] } },
      body("Chào {{1}}, đơn {{2}} của bạn đã lên đường rồi nhé.", "Lan", "A-1"), { type: "FOOTER", text: "Quán Góc Phố" },
      buttons({ type: "QUICK_REPLY", text: "Cảm ơn" }, { type: "URL", text: "Theo dõi", url: "https://quan.example/{{1}}", example: ["a"] })],
    giam_gia: ["MARKETING", { type: "HEADER", format: "IMAGE", example: { header_handle: [await handle("a.png")] } },
      body("Giảm {{1}} cho bạn đến hết tuần này nhé.", "10%"), buttons({ type: "COPY_CODE", example: "TRASEN" })],
    thuc_don: ["MARKETING", body("Xem cả thực đơn."), buttons({ type: "CATALOG", text: "View catalog" })],
    vai_mon: ["MARKETING", { type: "HEADER", format: "TEXT", text: "Hôm nay có" }, body("Vài món cho bạn."), buttons({ type: "MPM", text: "View items" })],
    mot_mon: ["MARKETING", spm[0], body("Có lại rồi bạn ơi."), spm[1]],
    hai_mon: ["MARKETING", body("Hai món mới ở quán."), { type: "CAROUSEL", cards: [{ components: spm }, { components: spm }] }],
  };
  const made = [];
  for (const [name, [category, ...components]] of Object.entries(kinds)) {
    made.push(await call("POST", `/v25.0/${shop.waba}/message_templates`, { name, language: "vi", category, components }));
  }
  return made;
}

/** Subscribes the demo app to a receiver the client runs itself. */
export async function subscribe(callback, verifyToken, fields = "messages") {
  await call("POST", "/v25.0/100000000000001/subscriptions", {
    access_token: `100000000000001|${appSecret}`, object: "whatsapp_business_account", fields, verify_token: verifyToken, callback_url: callback,
  });
  await subscribeAccounts();
}
