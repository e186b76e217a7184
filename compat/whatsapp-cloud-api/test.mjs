// whatsapp-cloud-api: Meta's host hard-coded and an old Graph version, so it runs in `hawker transparent`.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { customer, files, hello, sent, shop, subscribe, token, until } from "../play.mjs";

const { createBot } = createRequire(import.meta.url)("whatsapp-cloud-api");
const bot = createBot(shop.phone, token, { version: "v14.0" });
const shelf = await files();
await hello();
const ok = async (call) => assert.match((await call).messageId, /^wamid\./);
await ok(bot.sendText(customer, "Chào bạn"));
await ok(bot.sendImage(customer, `${shelf.at}a.png`, { caption: "Món mới" }));
await ok(bot.sendVideo(customer, `${shelf.at}a.mp4`));
await ok(bot.sendAudio(customer, `${shelf.at}a.ogg`));
await ok(bot.sendDocument(customer, `${shelf.at}a.pdf`, { filename: "thực đơn.pdf" }));
await ok(bot.sendSticker(customer, `${shelf.at}a.webp`));
await ok(bot.sendLocation(customer, 10.77, 106.7, { name: "Chợ" }));
await ok(bot.sendContacts(customer, [{ name: { formatted_name: "Anh Shipper", first_name: "Shipper" }, phones: [{ type: "CELL", phone: "+84900000000" }] }]));
await ok(bot.sendReplyButtons(customer, "Nhé?", { y: "Ừ", n: "Thôi" }, { footerText: "Quán" }));
await ok(bot.sendList(customer, "Xem giờ", "Chọn giờ", { Sáng: [{ id: "8", title: "8 giờ", description: "Còn chỗ" }] }));
assert.deepEqual(await sent(), ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "button", "list"]);

const port = 20000 + Math.floor(process.pid % 20000);
const got = [];
await bot.startExpressServer({ webhookVerifyToken: "v", port, webhookPath: "/hook" });
bot.on("message", (m) => got.push(m));
await subscribe(`http://127.0.0.1:${port}/hook`, "v");
await hello();
const seen = await until("text", () => got.find((m) => m.type === "text"));
assert.equal(seen.data.text, "Xin chào!");
shelf.close();
process.exit(0);
