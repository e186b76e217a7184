// @builderbot/provider-meta: a bot framework that receives an order and answers it. Meta's host is hard-coded, so it runs in
// `hawker transparent`.
import assert from "node:assert/strict";
import { addKeyword, createBot, createFlow, createProvider, EVENTS, MemoryDB } from "@builderbot/bot";
import { MetaProvider } from "@builderbot/provider-meta";
import { approve, customer, file, files, hello, message, order, sent, shop, subscribe, templates, token, until, read } from "../play.mjs";
import { everything, flow } from "../events.mjs";
import { writeFile } from "node:fs/promises";

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

// Everything else it can send, in order of its methods. Its queue sends one after the other.
const shelf = await files();
const local = async (name) => { await writeFile(`/tmp/hawker-${process.pid}-${name}`, file(name).bytes); return `/tmp/hawker-${process.pid}-${name}`; };
const before = (await sent()).length;
const asked = (await read()).findLast((m) => !m.from_business).id;
for (const { id } of await templates()) await approve(id);
await provider.sendText(customer, "Chào bạn");
await provider.sendMessage(customer, "Chào", {});
await provider.sendImage(customer, await local("a.png"), "Món mới");
await provider.sendImageUrl(customer, `${shelf.at}a.png`, "Món mới");
await provider.sendVideo(customer, await local("a.mp4"), "Bếp");
await provider.sendVideoUrl(customer, `${shelf.at}a.mp4`, "Bếp");
await provider.sendFile(customer, await local("a.pdf"), "Thực đơn");
await provider.sendMedia(customer, "Món", await local("a.png"));
await provider.sendList(customer, { header: { type: "text", text: "Giờ" }, body: { text: "Chọn giờ" }, footer: { text: "Quán" }, action: { button: "Xem", sections: [{ title: "Sáng", rows: [{ id: "8", title: "8 giờ", description: "Còn" }] }] } });
await provider.sendListComplete(customer, "Giờ", "Chọn giờ", "Quán", "Xem", [{ title: "Chiều", rows: [{ id: "14", title: "14 giờ", description: "Còn" }] }]);
await provider.sendButtonUrl(customer, { body: "Mở", url: "https://quan.example/" }, "Đường đi");
await provider.sendButtonsMedia(customer, "image", [{ body: "Lấy", title: "Lấy" }], "Món này?", `${shelf.at}a.png`);
await provider.sendTemplate(customer, "don_hang", "vi", [
  { type: "header", parameters: [{ type: "text", text: "B-2" }] }, { type: "body", parameters: [{ type: "text", text: "Minh" }, { type: "text", text: "B-2" }] },
  { type: "button", sub_type: "url", index: 1, parameters: [{ type: "text", text: "b2" }] },
]);
await provider.sendFlow(customer, "Hỏi", "Điền nhé", "Quán", await flow("Của builderbot"), "Mở", "ASK", { a: 1 });
await provider.sendContacts(customer, [{ name: { formatted_name: "Anh Tư", first_name: "Tư" }, phones: [{ phone: "+84900000001" }] }]);
await provider.sendLocation(customer, { long_number: 106.7, lat_number: 10.77, name: "Chợ", address: "Quận 1" });
await provider.sendReaction(customer, { message_id: asked, emoji: "👍" });
const kinds = ["text", "text", "image", "image", "video", "video", "document", "image", "list", "list", "cta_url", "button", "template", "flow", "contacts", "location"];
await until("last message", async () => (await sent()).length >= before + kinds.length);
assert.deepEqual((await sent()).slice(before), kinds);
await until("reaction", async () => (await message(asked)).reactions?.length === 1);

// What it reads of what comes.
const heard = [];
provider.on("message", (m) => heard.push(m));
// It falls over messages of type system, which have no contacts, whoever sends them.
const { types } = await everything({ system: false });
const reads = Object.keys(types).filter((id) => ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "order", "button", "interactive"].includes(types[id]));
await until("everything written", async () => reads.every((id) => heard.some((m) => m.message_id === id))).catch(() => { throw new Error(`never heard of ${reads.filter((id) => !heard.some((m) => m.message_id === id)).map((id) => types[id])}`); });
process.exit(0);
