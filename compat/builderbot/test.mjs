// @builderbot/provider-meta: a bot framework that receives an order and answers it. Meta's host is hard-coded, so it runs in
// `hawker transparent`.
import assert from "node:assert/strict";
import { addKeyword, createBot, createFlow, createProvider, EVENTS, MemoryDB } from "@builderbot/bot";
import { MetaProvider } from "@builderbot/provider-meta";
import { customer, hello, order, sent, shop, subscribe, token, until, read } from "../play.mjs";

const port = 20000 + Math.floor(process.pid % 20000);
const provider = createProvider(MetaProvider, { jwtToken: token, numberId: shop.phone, verifyToken: "v", version: "v18.0" });
const orders = [];
const bot = await createBot({
  flow: createFlow([
    addKeyword(EVENTS.ORDER).addAction(async (ctx, { provider: meta, flowDynamic }) => {
      orders.push(ctx.order);
      await flowDynamic(`Đã nhận ${ctx.order.product_items.length} món`);
      await meta.sendCatalog(ctx.from, "Xem thêm", "CF01");
      await meta.sendButtons(ctx.from, [{ body: "Giao ngay" }, { body: "Để sau" }], "Khi nào?");
      await meta.sendLocationRequest(ctx.from, "Giao đến đâu?");
    }),
  ]),
  provider,
  database: new MemoryDB(),
});
bot.httpServer(port);
await hello();
await subscribe(`http://127.0.0.1:${port}/webhook`, "v");
await order({ CF01: 2, PH01: 1 }, "ít đá");
await until("answer", async () => (await sent()).includes("location_request_message"));
assert.equal(orders.length, 1);
assert.equal(orders[0].catalog_id, shop.catalog);
assert.deepEqual(orders[0].product_items.map((i) => i.quantity).sort(), [1, 2]);
assert.deepEqual(await sent(), ["text", "catalog_message", "button", "location_request_message"]);
assert.ok((await read()).some((m) => m.text === "Đã nhận 2 món"));
process.exit(0);
