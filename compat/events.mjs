// Makes everything happen that a business can be told of, by the sandbox API and the Graph API: for clients that parse webhooks.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { approve, call, customer, files, shop } from "./play.mjs";

/** The fields a receiver is subscribed to. */
export const fields = "messages,user_preferences,message_template_status_update,message_template_quality_update,template_category_update," +
  "message_template_components_update,account_update,account_alerts,phone_number_quality_update,phone_number_name_update," +
  "business_capability_update,business_username_update,security,flows";

const form = JSON.stringify({
  version: "6.0", screens: [{ id: "ASK", title: "Hỏi", terminal: true, layout: { type: "SingleColumnLayout", children: [
    { type: "TextInput", name: "q", label: "Câu hỏi" },
    { type: "Footer", label: "Gửi", "on-click-action": { name: "complete", payload: { q: "${form.q}" } } },
  ] } }],
});

/** A published flow; gives its id. */
export async function flow(name = "Hỏi quán") {
  return (await call("POST", `/v25.0/${shop.waba}/flows`, { name, categories: ["OTHER"], publish: true, flow_json: form })).id;
}

/**
 * Plays it all in one chat and a few beside it. Gives what a receiver must have been told: for messages the type by the message's id (india:
 * those to another number; messages of type system are left out where asked: some clients fall over them), for statuses the last one by its message's id, and the fields.
 */
export async function everything({ system = true } = {}) {
  const [minh, priya, alex] = ["84912345678", "919812345678", "14155550123"];
  const chat = (who, phone = shop.phone) => `/sandbox/v1/customers/${who}/chats/${phone}`;
  const shelf = await files();
  const types = {}, india = {}, statuses = {};
  const write = async (type, body, who = customer, phone = shop.phone) => {
    const { message_id } = await call("POST", `${chat(who, phone)}/messages`, { type, ...body });
    (phone === shop.phone ? types : india)[message_id] = type;
    return message_id;
  };
  const send = async (body, to = customer, phone = shop.phone) => {
    const res = await call("POST", `/v25.0/${phone}/messages`, { messaging_product: "whatsapp", to, ...body });
    return res.messages[0].id;
  };
  const interactive = (type, action, more = {}) => send({ type: "interactive", interactive: { type, body: { text: "Mời bạn chọn" }, action, ...more } });
  const at = `/v25.0/${shop.phone}`;

  const hello = await write("text", { text: "Xin chào! 😀" });
  await write("text", { text: "Chuyển tiếp", forwarded: "often" });
  await write("text", { text: "Thấy quảng cáo", referral: { source_url: "https://fb.example/1", source_id: "1", source_type: "ad", headline: "Phở", body: "Ngon", media_type: "image", image_url: "https://fb.example/1.jpg", ctwa_clid: "c1" } });
  await write("text", { text: "Còn không ạ?", product_retailer_id: "PH01" });
  await write("image", { image: { link: `${shelf.at}a.png`, caption: "Như hình" } });
  await write("video", { video: { link: `${shelf.at}a.mp4` } });
  await write("audio", { audio: { link: `${shelf.at}a.ogg`, voice: true } });
  await write("document", { document: { link: `${shelf.at}a.pdf`, filename: "đơn.pdf" } });
  await write("sticker", { sticker: { link: `${shelf.at}a.webp` } });
  await write("location", { location: { latitude: 10.77, longitude: 106.7, name: "Chợ", address: "Quận 1" } });
  await write("contacts", { contacts: [{ name: { formatted_name: "Anh Tư", first_name: "Tư" }, phones: [{ phone: "+84 900 000 001", type: "CELL", wa_id: "84900000001" }] }] });

  const ours = await send({ type: "text", text: { body: "Dạ còn ạ" }, context: { message_id: hello }, biz_opaque_callback_data: "đơn-7" });
  await write("reaction", { reaction: { message_id: ours, emoji: "❤️" } });
  await write("reaction", { reaction: { message_id: ours, emoji: "" } });
  await write("text", { text: "Dạ vâng", reply_to: ours });
  const buttons = await interactive("button", { buttons: [{ type: "reply", reply: { id: "co", title: "Có" } }] });
  await write("interactive", { reply_to: buttons, interactive: { type: "button_reply", button_reply: { id: "co" } } });
  const list = await interactive("list", { button: "Chọn", sections: [{ title: "Sáng", rows: [{ id: "8", title: "8 giờ", description: "Còn chỗ" }] }] });
  await write("interactive", { reply_to: list, interactive: { type: "list_reply", list_reply: { id: "8" } } });
  const id = await flow("Mọi thứ");
  const asked = await interactive("flow", { name: "flow", parameters: { flow_message_version: "3", flow_id: id, flow_cta: "Mở", flow_token: "tok" } });
  await write("interactive", { reply_to: asked, interactive: { type: "nfm_reply", nfm_reply: { response: { q: "Mấy giờ?" } } } });
  await write("text", { text: "hi" }, priya, "400000000000003");
  const address = await send({ type: "interactive", interactive: { type: "address_message", body: { text: "Where to?" }, action: { name: "address_message", parameters: { country: "IN" } } } }, priya, "400000000000003");
  await write("interactive", { reply_to: address, interactive: { type: "nfm_reply", nfm_reply: { values: { name: "Priya", in_pin_code: "682001", address: "MG Road", city: "Kochi", state: "Kerala", phone_number: "919812345678" } } } }, priya, "400000000000003");

  const made = await call("POST", `/v25.0/${shop.waba}/message_templates`, {
    name: "moi_thu", language: "vi", category: "MARKETING",
    components: [{ type: "BODY", text: "Quán có món mới rồi, bạn ghé xem nhé." }, { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Xem món" }] }],
  });
  await approve(made.id);
  const template = await send({ type: "template", template: { name: "moi_thu", language: { code: "vi" } } });
  await write("button", { reply_to: template, button: { text: "Xem món" } });
  await call("PUT", `${chat(customer)}/cart/PH01`, { quantity: 2 });
  types[(await call("POST", `${chat(customer)}/cart/send`, { note: "ít hành" })).message_id] = "order";
  const mistyped = await write("text", { text: "Hai tô" });
  await write("edit", { edit: { original_message_id: mistyped, text: "Ba tô" } });
  await write("revoke", { revoke: { original_message_id: mistyped } });
  await write("unsupported", { unsupported: { type: "poll_creation" } });

  // Statuses: read, played, failed.
  const voice = await send({ type: "audio", audio: { link: `${shelf.at}a.ogg`, voice: true } });
  await call("POST", `${chat(customer)}/read`, { up_to: voice });
  await call("POST", `${chat(customer)}/played`, { message_id: voice });
  statuses[voice] = "played";
  for (const w of [ours, buttons, list, asked, template]) statuses[w] = "read";
  await write("text", { text: "alo" }, alex);
  await call("POST", `${chat(alex)}/block`);
  statuses[await send({ type: "text", text: { body: "Bạn ơi" } }, alex)] = "failed";
  await call("DELETE", `${chat(alex)}/block`);

  // People: preferences, usernames, keys, numbers, chats that are opened.
  await call("POST", `${chat(customer)}/marketing`, { value: "stop" });
  await call("POST", `${chat(customer)}/marketing`, { value: "resume" });
  await call("POST", `${at}/conversational_automation`, { enable_welcome_message: true });
  await call("POST", `/sandbox/v1/customers/${minh}/username`, { username: "minh.quan" });
  await call("POST", `${chat(minh)}/open`);
  await write("text", { text: "Tôi không cho số" }, minh);
  if (system) await call("POST", `/v25.0/${shop.phone}/settings`, { user_identity_change: { enable_identity_key_check: true } });
  await call("POST", `/sandbox/v1/customers/${customer}/identity`);
  if (system) await call("POST", `/sandbox/v1/customers/${alex}/number`, { wa_id: "14155550199" });

  // Templates, the number and the account.
  await call("POST", `/sandbox/v1/templates/${made.id}/verdict`, { quality: "YELLOW" });
  await call("POST", `/sandbox/v1/templates/${made.id}/verdict`, { category: "UTILITY" });
  await call("POST", `/sandbox/v1/templates/${made.id}/verdict`, { status: "FLAGGED" });
  await call("POST", `/v25.0/${made.id}`, { components: [{ type: "BODY", text: "Quán có món mới rồi, mời bạn ghé xem nhé." }] });
  const number = `/sandbox/v1/numbers/${shop.phone}`;
  await call("POST", at, { new_display_name: "Quán Góc Phố Mới" });
  await call("POST", `${number}/name`, { decision: "approved" });
  await call("POST", `${number}/quality`, { rating: "YELLOW" });
  await call("POST", `${number}/messaging-limit`, { tier: "TIER_10K" });
  await call("POST", `${number}/throughput`, { level: "HIGH" });
  await call("POST", "/sandbox/v1/clock", { advance: "2m" });
  await call("POST", at, { pin: "123456" });
  await call("POST", `${at}/username`, { username: "quan.goc.pho" });
  await call("POST", `${at}/official_business_account`, {
    business_website_url: "https://quan.example", primary_country_of_operation: "VN", primary_language: "vi", parent_business_or_brand: "Quán", additional_supporting_information: "-",
    supporting_links: ["https://bao.example/1", "https://bao.example/2", "https://bao.example/3", "https://bao.example/4", "https://bao.example/5"],
  });
  await call("POST", `${number}/official`, { decision: "approved" });
  await call("POST", `/sandbox/v1/wabas/${shop.waba}/enforcement`, { rung: "warning", policy_id: "alcohol" });
  await call("POST", `/v25.0/${id}/deprecate`);
  shelf.close();
  return { types, india, statuses, fields: fields.split(",") };
}

// node events.mjs FILE plays it all for a client of another language and writes what must have been told.
if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(process.argv[2], JSON.stringify(await everything()));
