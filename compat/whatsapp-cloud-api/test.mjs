// whatsapp-cloud-api: Meta's host hard-coded and an old Graph version, so it runs in `hawker transparent`.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { approve, customer, files, hello, message, sent, shop, subscribe, templates, toldAll, token } from "../play.mjs";
import { everything } from "../events.mjs";

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
await ok(bot.sendMessage(customer, "https://quan.example", { preview_url: true }));
for (const header of [{ type: "text", text: "Quán" }, { type: "image", image: { link: `${shelf.at}a.png` } }, { type: "video", video: { link: `${shelf.at}a.mp4` } }, { type: "document", document: { link: `${shelf.at}a.pdf` } }]) {
  await ok(bot.sendReplyButtons(customer, "Nhé?", { y: "Ừ" }, { header }));
}
for (const { id } of await templates()) await approve(id);
const words = (...list) => list.map((text) => ({ type: "text", text }));
const { messageId } = await bot.sendTemplate(customer, "don_hang", "vi", [
  { type: "header", parameters: words("B-2") }, { type: "body", parameters: words("Minh", "B-2") },
  { type: "button", sub_type: "quick_reply", index: 0, parameters: [{ type: "payload", payload: "thanks" }] }, { type: "button", sub_type: "url", index: 1, parameters: words("b2") },
]);
assert.equal((await message(messageId)).text, "Chào Minh, đơn B-2 của bạn đã lên đường rồi nhé.");
assert.deepEqual(await sent(), ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "button", "list", "text", "button", "button", "button", "button", "template"]);

const port = 20000 + Math.floor(process.pid % 20000);
const got = [];
// It answers 202 to statuses. Exactly 200 is success: they would be tried again and again, and hold up the rest.
const success = (app) => app.use((_, res, next) => {
  const send = res.sendStatus;
  res.sendStatus = (code) => send.call(res, code === 202 ? 200 : code);
  next();
});
await bot.startExpressServer({ webhookVerifyToken: "v", port, webhookPath: "/hook", useMiddleware: success });
bot.on("message", (m) => got.push(m));
await subscribe(`http://127.0.0.1:${port}/hook`, "v");
// It knows eleven kinds of message, of one number.
const known = ["text", "image", "document", "audio", "video", "sticker", "location", "contacts", "interactive"];
const { types } = await everything();
const expected = Object.fromEntries(Object.entries(types).filter(([, type]) => known.includes(type)));
const others = ["nfm_reply"];
await toldAll({ types: expected, statuses: {}, fields: [] }, () => [{ field: "messages", value: { messages: got } }]);
for (const m of got) assert.ok(expected[m.id] === m.type || (expected[m.id] === "interactive" && ["button_reply", "list_reply", ...others].includes(m.type)), m.type);
assert.ok(got.some((m) => m.type === "text" && m.data.text === "Xin chào! 😀"));
assert.ok(got.some((m) => m.type === "list_reply" && m.data.id === "8"));
shelf.close();
process.exit(0);
