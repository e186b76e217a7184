"""Meta's Python SDK: sets, groups, feeds and their uploads, batch status, diagnostics, nested fields, pages of cursors, ids= and batches.

FacebookSession.GRAPH is where it is pointed; nothing else of it is touched.
"""

import json
import os
import tempfile
import time

from facebook_business.adobjects.business import Business
from facebook_business.adobjects.productcatalog import ProductCatalog
from facebook_business.adobjects.productfeed import ProductFeed
from facebook_business.adobjects.productfeedupload import ProductFeedUpload
from facebook_business.adobjects.productgroup import ProductGroup
from facebook_business.adobjects.productitem import ProductItem
from facebook_business.adobjects.productset import ProductSet
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

FacebookSession.GRAPH = os.environ["COMPAT_URL"]
api = FacebookAdsApi.init("100000000000001", "demo-app-secret", "EAADEMO")


def until(what, ask):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if v := ask():
            return v
        time.sleep(0.05)
    raise AssertionError(f"no {what} in 20 s")


def equal(got, want):
    assert got == want, f"{got!r} is not {want!r}"


# A catalog, filled by a batch.
catalog = Business("200000000000001").create_owned_product_catalog(params={"name": "Python", "vertical": "commerce"})
requests = [
    {"method": "CREATE", "data": {
        "id": f"p{n:02}", "title": f"Phở {n}", "description": "Nóng hổi", "availability": "in stock", "condition": "new", "price": f"{n + 1}.00 USD",
        "brand": "Quán" if n % 2 else "Gốm", "link": f"https://shop.example/{n}", "image_link": f"https://shop.example/{n}.jpg",
        "item_group_id": "bowls" if n < 3 else None,
    }} for n in range(25)
]
handles = catalog.create_items_batch(params={"item_type": "PRODUCT_ITEM", "requests": requests})["handles"]
equal(len(handles), 1)


def finished():
    status = catalog.get_check_batch_request_status(params={"handle": handles[0], "load_ids_of_invalid_requests": True})[0]
    return status if status["status"] == "finished" else None


equal(until("batch", finished)["errors_total_count"], 0)

# Pages of cursors, filters and nested fields.
items = list(catalog.get_products(fields=["retailer_id", "price", "product_group{retailer_id}"], params={"limit": 7}))
equal([i["retailer_id"] for i in items], [f"p{n:02}" for n in range(25)])
equal(items[0]["product_group"]["retailer_id"], "bowls")
some = catalog.get_products(fields=["name"], params={"filter": {"and": [{"brand": {"eq": "gốm"}}, {"price": {"lt": 600}}]}, "summary": True})
equal([i["name"] for i in some], ["Phở 0", "Phở 2", "Phở 4"])
equal(some.total(), 3)

# Sets: live membership.
shelf = catalog.create_product_set(params={"name": "Cheap", "filter": {"price": {"lte": 300}}})
equal(ProductSet(shelf["id"]).api_get(fields=["product_count", "filter"])["product_count"], 3)
items[0].api_update(params={"price": 9900})
equal(sorted(i["retailer_id"] for i in ProductSet(shelf["id"]).get_products(fields=["retailer_id"])), ["p01", "p02"])
try:
    catalog.create_product_set(params={"name": "Again", "filter": {"price": {"lte": 300}}})
    raise AssertionError("a set with the same filter was made")
except FacebookRequestError as e:
    equal(e.api_error_code(), 10803)

# Groups.
groups = list(catalog.get_product_groups(fields=["retailer_id"]))
equal([g["retailer_id"] for g in groups], ["bowls"])
equal(len(ProductGroup(groups[0]["id"]).get_products()), 3)

# A feed, a file with a wrong row, its errors.
feed = catalog.create_product_feed(params={"name": "Menu", "default_currency": "USD", "schedule": json.dumps({
    "interval": "DAILY", "url": "https://shop.example/feed.csv", "hour": "4", "timezone": "Europe/Berlin"})})
with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as f:
    f.write("id,title,description,availability,condition,price,link,image_link,brand\n")
    f.write("f1,Bún,x,in stock,new,5,https://shop.example/f1,https://shop.example/f1.jpg,Quán\n")
    f.write("f2,Xôi,x,in stock,new,five,https://shop.example/f2,https://shop.example/f2.jpg,Quán\n")
with open(f.name, "rb") as content:
    upload = api.call("POST", (feed["id"], "uploads"), files={"file": content}).json()
os.unlink(f.name)


def ended():
    u = ProductFeedUpload(upload["id"]).api_get(fields=["end_time", "num_detected_items", "num_persisted_items", "num_invalid_items"])
    return u if u.get("end_time") else None


up = until("end of the upload", ended)
equal((up["num_detected_items"], up["num_persisted_items"], up["num_invalid_items"]), (2, 1, 1))
errors = list(ProductFeedUpload(upload["id"]).get_errors(fields=["summary", "severity", "samples"]))
equal(errors[0]["severity"], "fatal")
equal(errors[0]["samples"]["data"][0]["row_number"], 3)
equal(ProductFeed(feed["id"]).api_get(fields=["schedule"])["schedule"]["interval"], "DAILY")
ProductFeed(feed["id"]).create_rule(params={"attribute": "condition", "rule_type": "fallback_rule", "params": {"fallback": "new"}})
equal(ProductFeed(feed["id"]).get_rules(fields=["rule_type"])[0]["rule_type"], "fallback_rule")

# Diagnostics, ids=, a batch of calls.
types = {d["type"] for d in catalog.get_diagnostics(fields=["type", "severity"])}
assert "CATEGORY" in types, types
both = api.call("GET", ("",), params={"ids": f"{items[1]['id']},{items[2]['id']}", "fields": "retailer_id"}).json()
equal({v["retailer_id"] for v in both.values()}, {"p01", "p02"})
answers = []
batch = api.new_batch()
for i in items[:3]:
    ProductItem(i["id"]).api_get(fields=["retailer_id"], batch=batch, success=lambda r: answers.append(r.json()["retailer_id"]))
batch.execute()
equal(answers, ["p00", "p01", "p02"])

ProductFeed(feed["id"]).api_delete()
until("the feed's items to go", lambda: len(catalog.get_products(params={"filter": {"retailer_id": {"eq": "f1"}}})) == 0)
ProductCatalog(catalog["id"]).api_delete()
try:
    ProductSet(shelf["id"]).api_get()
    raise AssertionError("the set outlived its catalog")
except FacebookRequestError as e:
    equal((e.api_error_code(), e.api_error_subcode()), (100, 33))
print("facebook-business: ok")
