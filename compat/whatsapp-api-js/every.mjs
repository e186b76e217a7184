// Every class of message it has is sent and shown; every webhook of the field it reads is verified and read by its post().
import assert from "node:assert/strict";
import {
  ActionButtons, ActionCallPermission, ActionContactRequest, ActionCTA, ActionDataExchangeFlow, ActionList, ActionLocation, ActionNavigateFlow, Address, Audio, Birthday, Body, Button, Contacts,
  Document, Email, Footer, Header, Image, Interactive, ListSection, Location, Name, Organization, Phone, Reaction, Row, Sticker, Text, Url, Video,
} from "whatsapp-api-js/messages";
import { customer, file, files, message, shop, toldAll } from "../play.mjs";
import { everything, flow } from "../events.mjs";

export async function run(api, hook) {
  const shelf = await files();
  const sent = async (kind, what, check = () => true, ...more) => {
    const res = await api.sendMessage(shop.phone, customer, what, ...more);
    const { id } = res.messages?.[0] ?? assert.fail(JSON.stringify(res));
    const shown = await message(id);
    assert.equal(shown?.kind, kind);
    assert.ok(check(shown), `${kind} is shown as ${JSON.stringify(shown)}`);
    return id;
  };
  const text = await sent("text", new Text("Chào https://quan.example", true));
  const png = file("a.png"), form = new FormData();
  form.set("file", new Blob([png.bytes], { type: png.type }), "a.png");
  const { id } = await api.uploadMedia(shop.phone, form);
  assert.equal((await api.retrieveMedia(id, shop.phone)).mime_type, png.type);
  await sent("image", new Image(id, true, "Món mới"), (m) => m.quote.id === text && m.text === "Món mới", text, "cb-1");
  await sent("video", new Video(`${shelf.at}a.mp4`, false, "Bếp"));
  await sent("audio", new Audio(`${shelf.at}a.ogg`, false, true), (m) => m.files[0].voice);
  await sent("document", new Document(`${shelf.at}a.pdf`, false, "Đây", "thực đơn.pdf"), (m) => m.files[0].filename === "thực đơn.pdf");
  await sent("sticker", new Sticker(`${shelf.at}a.webp`));
  await sent("location", new Location(106.7, 10.77, "Chợ", "Quận 1"), (m) => m.location.latitude === 10.77);
  await sent("contacts", new Contacts([
    new Name("Anh Tư", "Tư"), new Birthday("1990", "02", "03"), new Phone("+84900000001", "CELL", "84900000001"), new Email("tu@quan.example", "WORK"), new Organization("Quán", "Bếp", "Trưởng"),
    new Url("https://quan.example", "WORK"), new Address("Việt Nam", "VN", "", "TP. HCM", "1 Lê Lợi", "700000", "WORK"),
  ]), (m) => m.contacts[0].org.company === "Quán");
  await api.sendMessage(shop.phone, customer, new Reaction(text, "👍"));
  assert.deepEqual((await message(text)).reactions.map((r) => r.emoji), ["👍"]);
  await api.sendMessage(shop.phone, customer, new Reaction(text));
  assert.equal((await message(text)).reactions, undefined);
  const buttons = new ActionButtons(new Button("n", "Bây giờ"), new Button("l", "Để sau"));
  for (const header of [new Header("Giao"), new Header(new Image(id, true)), new Header(new Video(`${shelf.at}a.mp4`)), new Header(new Document(`${shelf.at}a.pdf`))]) {
    await sent("button", new Interactive(buttons, new Body("Khi nào?"), header, new Footer("Quán")), (m) => m.buttons.length === 2);
  }
  await sent("list", new Interactive(new ActionList("Xem", new ListSection("Sáng", new Row("8", "8 giờ", "Còn chỗ"))), new Body("Chọn giờ")));
  await sent("cta_url", new Interactive(new ActionCTA("Mở", "https://quan.example/"), new Body("Đường đi")));
  await sent("location_request_message", new Interactive(new ActionLocation(), new Body("Ở đâu?")));
  await sent("request_contact_info", new Interactive(new ActionContactRequest(), new Body("Số của bạn?")), (m) => m.actions.includes("send_contact"));
  const form1 = await flow("Của whatsapp-api-js");
  await sent("flow", new Interactive(new ActionNavigateFlow("tok", form1, "Mở", "ASK", { a: 1 }), new Body("Điền nhé")), (m) => m.flow.text === "Mở");
  // A flow without an endpoint asks none, and calls are not offered: both say so.
  assert.equal((await api.sendMessage(shop.phone, customer, new Interactive(new ActionDataExchangeFlow("tok", form1, "Mở"), new Body("Điền nhé")))).error.code, 131009);
  assert.equal((await api.sendMessage(shop.phone, customer, new Interactive(new ActionCallPermission(), new Body("Gọi nhé")))).error.code, 131051);
  const code = await api.createQR(shop.phone, "Chào quán", "png");
  assert.equal((await api.retrieveQR(shop.phone, code.code)).data[0].prefilled_message, "Chào quán");
  assert.equal((await api.updateQR(shop.phone, code.code, "Chào")).prefilled_message, "Chào");
  assert.equal((await api.deleteQR(shop.phone, code.code)).success, true);
  assert.equal((await api.deleteMedia(id, shop.phone)).success, true);

  const expected = await everything();
  await toldAll({ ...expected, fields: ["messages"] }, () => hook.all().flatMap((g) => g.json.entry).flatMap((e) => e.changes));
  const types = {}, states = {};
  api.on.message = ({ message: m, phoneID }) => { types[m.id] = m.type; assert.ok(phoneID); };
  api.on.status = ({ id: wamid, status }) => { (states[wamid] ??= []).push(status); };
  // post() reads the first update of a body only: bodies of several are parted for it, as they may come one by one.
  for (const { raw, signature, json } of hook.all()) {
    const all = json.entry.flatMap((entry) => entry.changes.map((change) => ({ ...json, entry: [{ ...entry, changes: [change] }] })));
    for (const one of all) await api.post(one, raw.toString(), signature);
    await assert.rejects(api.post(json, `${raw} `, signature));
  }
  for (const [wamid, type] of Object.entries(expected.types)) assert.equal(types[wamid], type);
  for (const [wamid, status] of Object.entries(expected.statuses)) assert.ok(states[wamid].includes(status), status);
  await api.markAsRead(shop.phone, Object.keys(expected.types)[0], "text");
  shelf.close();
}
