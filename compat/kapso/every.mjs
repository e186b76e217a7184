// Every message its builders make is sent and shown; every webhook is verified and read.
import assert from "node:assert/strict";
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { appSecret, base, call, customer, file, files, message, shop, toldAll, token } from "../play.mjs";
import { everything, flow } from "../events.mjs";

export async function run(hook) {
  const { messages, media } = new WhatsAppClient({ accessToken: token, baseUrl: base });
  const shelf = await files();
  const to = { phoneNumberId: shop.phone, to: customer };
  const sent = async (kind, pending, check = () => true) => {
    const { id } = (await pending).messages[0];
    const shown = await message(id);
    assert.equal(shown?.kind, kind);
    assert.ok(check(shown), `${kind} is shown as ${JSON.stringify(shown)}`);
    return id;
  };
  const text = await sent("text", messages.sendText({ ...to, body: "Chào bạn", previewUrl: true, bizOpaqueCallbackData: "k-1" }), (m) => m.text === "Chào bạn");
  const png = file("a.png");
  const { id } = await media.upload({ phoneNumberId: shop.phone, type: png.type, file: new Blob([png.bytes], { type: png.type }), fileName: "a.png" });
  assert.equal((await media.get({ mediaId: id, phoneNumberId: shop.phone })).mimeType, png.type);
  assert.deepEqual(Buffer.from(await media.download({ mediaId: id, phoneNumberId: shop.phone, auth: "always" })), png.bytes);
  await sent("image", messages.sendImage({ ...to, image: { id, caption: "Món mới" }, contextMessageId: text }), (m) => m.quote.id === text && m.files.length === 1);
  await sent("video", messages.sendVideo({ ...to, video: { link: `${shelf.at}a.mp4`, caption: "Bếp" } }));
  await sent("audio", messages.sendAudio({ ...to, audio: { link: `${shelf.at}a.ogg`, voice: true } }));
  await sent("document", messages.sendDocument({ ...to, document: { link: `${shelf.at}a.pdf`, filename: "thực đơn.pdf", caption: "Đây ạ" } }), (m) => m.files[0].filename === "thực đơn.pdf");
  await sent("sticker", messages.sendSticker({ ...to, sticker: { link: `${shelf.at}a.webp` } }));
  await sent("location", messages.sendLocation({ ...to, location: { latitude: 10.77, longitude: 106.7, name: "Chợ", address: "Quận 1" } }), (m) => m.location.name === "Chợ");
  await sent("contacts", messages.sendContacts({ ...to, contacts: [{
    name: { formattedName: "Anh Tư", firstName: "Tư" }, birthday: "1990-02-03", addresses: [{ street: "1 Lê Lợi", city: "TP. HCM", countryCode: "VN", type: "WORK" }],
    emails: [{ email: "tu@quan.example", type: "WORK" }], org: { company: "Quán", department: "Bếp", title: "Trưởng" }, phones: [{ phone: "+84900000001", type: "CELL", waId: "84900000001" }], urls: [{ url: "https://quan.example", type: "WORK" }],
  }] }), (m) => m.contacts[0].org.company === "Quán" && m.contacts[0].phones[0].wa_id === "84900000001");
  await messages.sendReaction({ ...to, reaction: { messageId: text, emoji: "👍" } });
  assert.deepEqual((await message(text)).reactions.map((r) => r.emoji), ["👍"]);
  await messages.sendReaction({ ...to, reaction: { messageId: text, emoji: "" } });
  assert.equal((await message(text)).reactions, undefined);
  for (const header of [{ type: "text", text: "Giao" }, { type: "image", image: { id } }, { type: "video", video: { link: `${shelf.at}a.mp4` } }, { type: "document", document: { link: `${shelf.at}a.pdf` } }]) {
    await sent("button", messages.sendInteractiveButtons({ ...to, header, bodyText: "Khi nào?", footerText: "Quán", buttons: [{ id: "n", title: "Bây giờ" }, { id: "l", title: "Để sau" }] }),
      (m) => m.buttons.length === 2 && (header.type === "text" ? m.header === "Giao" : m.files.length === 1));
  }
  await sent("list", messages.sendInteractiveList({ ...to, header: { type: "text", text: "Giờ" }, bodyText: "Chọn giờ", buttonText: "Xem", sections: [{ title: "Sáng", rows: [{ id: "8", title: "8 giờ", description: "Còn chỗ" }] }] }));
  await sent("cta_url", messages.sendInteractiveCtaUrl({ ...to, bodyText: "Đường đi", parameters: { displayText: "Mở", url: "https://quan.example/" } }), (m) => m.link.url === "https://quan.example/");
  await sent("location_request_message", messages.sendInteractiveLocationRequest({ ...to, bodyText: "Ở đâu?", parameters: { requestMessage: "Gửi vị trí" } }));
  const parameters = { flowId: await flow("Của kapso"), flowCta: "Mở", flowMessageVersion: "3", flowToken: "t", flowAction: "navigate", flowActionPayload: { screen: "ASK" } };
  await sent("flow", messages.sendInteractiveFlow({ ...to, header: { type: "text", text: "Hỏi" }, bodyText: "Điền nhé", parameters }), (m) => m.flow.text === "Mở");
  const card = (n, action) => ({ cardIndex: n, header: { type: "image", image: { link: `${shelf.at}a.png` } }, bodyText: `Món ${n}`, action });
  const links = [0, 1].map((n) => card(n, { type: "cta_url", displayText: "Xem", url: `https://quan.example/${n}` }));
  await sent("carousel", messages.sendInteractiveCarousel({ ...to, bodyText: "Hai món", cards: links }), (m) => m.cards.length === 2);
  const replies = [0, 1].map((n) => card(n, { buttons: [{ id: `b${n}`, title: "Lấy món" }] }));
  await sent("carousel", messages.sendInteractiveCarousel({ ...to, bodyText: "Hai món nữa", cards: replies }), (m) => m.cards.length === 2);
  await sent("cta_url", messages.sendInteractiveRaw({ ...to, interactive: { type: "cta_url", body: { text: "x" }, action: { name: "cta_url", parameters: { display_text: "Mở", url: "https://quan.example/" } } } }));
  await sent("text", messages.sendRaw({ phoneNumberId: shop.phone, payload: { messaging_product: "whatsapp", to: customer, type: "text", text: { body: "thô" } } }));
  // Calls are not offered, and address messages are for India: both say so.
  await assert.rejects(messages.sendInteractiveCallPermission({ ...to, bodyText: "Gọi nhé", parameters: { phoneNumber: "84901234567" } }), (e) => e.code === 131051);
  await assert.rejects(messages.sendInteractiveAddress({ ...to, bodyText: "Ở đâu?", parameters: { country: "IN" } }), (e) => e.code === 131009);
  const india = { phoneNumberId: "400000000000003", to: "919812345678" };
  await call("POST", "/sandbox/v1/customers/919812345678/chats/400000000000003/messages", { text: "hi" });
  const saved = [{ id: "home", value: { name: "Priya", phoneNumber: "919812345678", inPinCode: "682001", address: "MG Road", city: "Kochi" } }];
  const asked = await messages.sendInteractiveAddress({ ...india, bodyText: "Where to?", parameters: { country: "IN", values: { name: "Priya" }, savedAddresses: saved } });
  assert.match(asked.messages[0].id, /^wamid\./);
  assert.equal((await messages.markRead({ phoneNumberId: shop.phone, messageId: (await call("POST", `/sandbox/v1/customers/${customer}/chats/${shop.phone}/messages`, { text: "ừ" })).message_id, typingIndicator: { type: "text" } })).success, true);

  const expected = await everything();
  await toldAll(expected, () => hook.all().flatMap((g) => g.json.entry).flatMap((e) => e.changes));
  const seen = {}, states = {};
  for (const { raw, signature, json } of hook.all()) {
    assert.equal(verifySignature({ appSecret, rawBody: raw, signatureHeader: signature }), true, raw.toString());
    assert.equal(verifySignature({ appSecret, rawBody: Buffer.concat([raw, Buffer.from(" ")]), signatureHeader: signature }), false);
    const read = normalizeWebhook(json);
    assert.equal(read.object, "whatsapp_business_account");
    for (const m of read.messages) seen[m.id] = m;
    for (const s of read.statuses) (states[s.id] ??= []).push(s.status);
    for (const f of json.entry.flatMap((e) => e.changes).map((c) => c.field)) assert.ok(f === "messages" || Object.keys(read.raw).length > 0, `${f} is lost`);
  }
  for (const [wamid, type] of Object.entries(expected.types)) assert.equal(seen[wamid]?.type, type);
  for (const [wamid, status] of Object.entries(expected.statuses)) assert.ok(states[wamid].includes(status), status);
  shelf.close();
}
