// Templates by the client's builders; it has no call to make them, so they are made by the Graph API. Its post() checks the statuses' signatures.
import assert from "node:assert/strict";
import {
  BodyComponent, BodyParameter, CarouselCard, CarouselComponent, CatalogComponent, CatalogProduct, CopyComponent, HeaderComponent, HeaderParameter, Image, Language,
  MPMComponent, PayloadComponent, Product, ProductSection, Template, URLComponent,
} from "whatsapp-api-js/messages";
import { approve, customer, deliver, files, message, shop, templates } from "../play.mjs";

export async function run(api, hook) {
  const shelf = await files();
  for (const body of await templates()) await approve(body.id);
  const send = async (name, ...components) => {
    const res = await api.sendMessage(shop.phone, customer, new Template(name, new Language("vi"), ...components));
    assert.equal(res.messages?.[0].message_status, "accepted", JSON.stringify(res));
    const { id } = res.messages[0];
    await deliver(id);
    const { raw, signature, json } = await hook.find(`delivery of ${name}`, (v) => v.statuses?.some((s) => s.id === id && s.status === "delivered"));
    let told;
    api.on.status = (status) => { told = status; };
    await api.post(json, raw.toString(), signature);
    assert.deepEqual([told.id, told.status, told.phone, told.phoneID], [id, "delivered", customer, shop.phone]);
    await assert.rejects(api.post(json, raw.toString().replace("delivered", "read"), signature));
    return message(id);
  };
  const order = await send("don_hang", new HeaderComponent(new HeaderParameter("B-2")), new BodyComponent(new BodyParameter("Minh"), new BodyParameter("B-2")),
    new PayloadComponent("thanks"), new URLComponent("b2"));
  assert.equal(order.text, "Chào Minh, đơn B-2 của bạn đã lên đường rồi nhé.");
  assert.deepEqual([order.header, order.template.buttons[1].url], ["Đơn hàng B-2", "https://quan.example/b2"]);
  const sale = await send("giam_gia", new HeaderComponent(new HeaderParameter(new Image(`${shelf.at}a.png`))), new BodyComponent(new BodyParameter("20%")), new CopyComponent("TRA20"));
  assert.equal(sale.text, "Giảm 20% cho bạn đến hết tuần này nhé.");
  assert.equal(sale.files.length, 1);
  assert.match(JSON.stringify(sale.template.buttons), /TRA20/);
  const menu = await send("thuc_don", new CatalogComponent(new Product("PH01")));
  assert.deepEqual([menu.template.kind, menu.thumbnail.retailer_id], ["catalog", "PH01"]);
  const list = await send("vai_mon", new MPMComponent(new Product("PH01"), new ProductSection("Nóng", new Product("PH01"), new Product("CF01"))));
  assert.deepEqual(list.sections.map((s) => s.products.map((p) => p.retailer_id)), [["PH01", "CF01"]]);
  const one = await send("mot_mon", new HeaderComponent(new HeaderParameter(new CatalogProduct("PH01", shop.catalog))));
  assert.deepEqual([one.template.kind, one.sections[0].products[0].retailer_id], ["spm", "PH01"]);
  const cards = ["PH01", "CF01"].map((sku) => new CarouselCard(new CatalogProduct(sku, shop.catalog)));
  const two = await send("hai_mon", new CarouselComponent(...cards));
  assert.deepEqual(two.template.cards.map((c) => c.product.retailer_id), ["PH01", "CF01"]);
  const refused = await api.sendMessage(shop.phone, customer, new Template("khong_co", "vi"));
  assert.equal(refused.error.code, 132001);
  shelf.close();
}
