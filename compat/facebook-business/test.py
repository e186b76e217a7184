"""Meta's Python SDK: sets, groups, feeds and their uploads, batch status, diagnostics, nested fields, pages of cursors, ids= and batches.

FacebookSession.GRAPH is where it is pointed; nothing else of it is touched.
"""

import json
import os
import tempfile
import time
import urllib.request

from facebook_business.adobjects.business import Business
from facebook_business.adobjects.productcatalog import ProductCatalog
from facebook_business.adobjects.productfeed import ProductFeed
from facebook_business.adobjects.productfeedrule import ProductFeedRule
from facebook_business.adobjects.productfeedupload import ProductFeedUpload
from facebook_business.adobjects.productfeeduploaderror import ProductFeedUploadError
from facebook_business.adobjects.productgroup import ProductGroup
from facebook_business.adobjects.productitem import ProductItem
from facebook_business.adobjects.productset import ProductSet
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

FacebookSession.GRAPH = os.environ["COMPAT_URL"]
api = FacebookAdsApi.init("100000000000001", "demo-app-secret", "EAADEMO")


def until(what, ask):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if v := ask():
            return v
        time.sleep(0.05)
    raise AssertionError(f"no {what} in 120 s")


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

ProductSet(shelf["id"]).api_update(params={"name": "Shelf", "filter": {"or": [{"retailer_id": {"eq": "p05"}}, {"and": [{"brand": {"eq": "Gốm"}}, {"price": {"gt": 2400}}]}]}})
equal(ProductSet(shelf["id"]).api_get(fields=["name", "products{retailer_id}"])["name"], "Shelf")
equal(sorted(i["retailer_id"] for i in ProductSet(shelf["id"]).get_products(fields=["retailer_id"])), ["p00", "p05", "p24"])
equal([s["name"] for s in catalog.get_product_sets(fields=["name"])], ["Shelf"])

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
equal([s["retailer_id"] for s in ProductFeedUploadError(errors[0]["id"]).get_samples(fields=["retailer_id"])], ["f2"])
ProductFeedUpload(upload["id"]).create_error_report()


def written():
    told = ProductFeedUpload(upload["id"]).api_get(fields=["error_report"])["error_report"]
    return told["file_handle"] if told["report_status"] == "WRITE_FINISHED" else None


report = urllib.request.urlopen(until("error report", written)).read().decode()
assert "f2" in report and "five" in report and "f1," not in report, report
equal(ProductFeed(feed["id"]).api_get(fields=["schedule"])["schedule"]["interval"], "DAILY")

# The demo server's own file, fetched by URL; an address that does not answer is told.
remote = ProductFeed(catalog.create_product_feed(params={"name": "Remote", "default_currency": "VND"})["id"])
address = os.environ["COMPAT_URL"] + "/demo/shop-b.csv"
lines = urllib.request.urlopen(address).read().decode().count("\n") - 1


def fetched(url):
    i = remote.create_upload(params={"url": url})["id"]
    fields = ["end_time", "input_method", "url", "num_detected_items", "num_persisted_items", "num_invalid_items", "error_count"]

    def over():
        u = ProductFeedUpload(i).api_get(fields=fields)
        return u if u.get("end_time") else None

    return until(f"end of {url}", over)


up = fetched(address)
equal((up["url"], up["num_detected_items"], up["num_persisted_items"], up["num_invalid_items"]), (address, lines, lines - 2, 2))
twice = ProductFeedUpload(up["id"]).get_errors(fields=["severity", "total_count", "error_type", "samples{row_number}"])[0]
equal((twice["severity"], twice["total_count"], twice["error_type"]), ("fatal", 2, "DUPLICATE_ID"))
equal(sorted(s["row_number"] for s in twice["samples"]["data"]), [2, lines])
away = fetched(os.environ["COMPAT_URL"] + "/demo/none.csv")
equal(away["num_persisted_items"], 0)
why = ProductFeedUpload(away["id"]).get_errors(fields=["summary", "error_type"])[0]
assert "404" in why["summary"] and why["error_type"] == "FILE_NOT_FETCHED", why
equal([u["id"] for u in remote.get_uploads()], [away["id"], up["id"]])
try:
    remote.create_upload(params={})
    raise AssertionError("an upload of nothing began")
except FacebookRequestError as e:
    equal(e.api_error_code(), 10801)

# Several pages of what the feed keeps, all of it once; nested fields within fields.
kept = remote.get_products(fields=["retailer_id", "product_feed{name}"], params={"limit": 50, "summary": True})
equal(kept.total(), lines - 2)
kept = list(kept)
equal((len(kept), len({i["retailer_id"] for i in kept})), (lines - 2, lines - 2))
equal({i["product_feed"]["name"] for i in kept}, {"Remote"})
nested = catalog.get_product_feeds(fields=["name", "latest_upload{num_persisted_items,errors.limit(1){severity}}"])
told = {f["name"]: f["latest_upload"] for f in nested}
equal(told["Menu"]["num_persisted_items"], 1)
equal(told["Menu"]["errors"]["data"][0]["severity"], "fatal")
remote.api_delete()
until("the remote feed's items to go", lambda: catalog.get_products(params={"summary": True}).total() == 26)
ProductFeed(feed["id"]).create_rule(params={"attribute": "condition", "rule_type": "fallback_rule", "params": {"fallback": "new"}})
rule = ProductFeed(feed["id"]).get_rules(fields=["rule_type", "attribute", "params"])[0]
equal((rule["rule_type"], rule["attribute"]), ("fallback_rule", "condition"))
ProductFeedRule(rule["id"]).api_update(params={"params": {"fallback": "used"}})
equal(ProductFeedRule(rule["id"]).api_get(fields=["params"])["params"][0]["value"], "used")
ProductFeedRule(rule["id"]).api_delete()
equal(len(ProductFeed(feed["id"]).get_rules()), 0)

# A batch with a row that is wrong: told by the handle.
handle = catalog.create_items_batch(params={"item_type": "PRODUCT_ITEM", "requests": [
    {"method": "UPDATE", "data": {"id": "p03", "price": "7.00 USD"}}, {"method": "DELETE", "data": {"id": "p04"}}, {"method": "UPDATE", "data": {"id": "p06", "price": "x"}}]})
equal([s["retailer_id"] for s in handle["validation_status"]], ["p06"])
handles = handle["handles"]
status = until("second batch", finished)
equal((status["errors_total_count"], status["ids_of_invalid_requests"]), (1, ["p06"]))
prices = {i["retailer_id"]: i["price"] for i in catalog.get_products(fields=["retailer_id", "price"], params={"filter": {"retailer_id": {"is_any": ["p03", "p04", "p06"]}}})}
equal(prices, {"p03": "$7.00", "p06": "$7.00"})

# Brands: how many items have each, and what the shop says of them; how many sets there are.
catalog.create_category(params={"data": [{"categorization_criteria": "BRAND", "criteria_value": "Nobody", "description": "Gốm"}]})
brands = {b["criteria_value"]: b for b in catalog.get_categories(fields=["criteria_value", "num_items", "description"], params={"categorization_criteria": "BRAND"})}
equal((brands["Nobody"]["num_items"], brands["Nobody"]["description"]), (0, "Gốm"))
equal(sum(b["num_items"] for b in brands.values()), catalog.get_products(params={"summary": True, "filter": {"brand": {"is_present": True}}}).total())
equal(catalog.get_product_sets(params={"summary": True}).total(), len(catalog.get_product_sets()))

# Diagnostics, ids=, a batch of calls.
found = {d["type"]: d for d in catalog.get_diagnostics(fields=["type", "severity", "number_of_affected_items", "diagnostics"])}
assert "CATEGORY" in found, found
equal(found["CATEGORY"]["number_of_affected_items"], catalog.get_products(params={"summary": True}).total())
assert found["CATEGORY"]["diagnostics"][0]["samples"], found
only = catalog.get_diagnostics(fields=["type", "severity"], params={"severities": [found["CATEGORY"]["severity"]], "types": ["CATEGORY"]})
equal([(d["type"], d["severity"]) for d in only], [("CATEGORY", found["CATEGORY"]["severity"])])
both = api.call("GET", ("",), params={"ids": f"{items[1]['id']},{items[2]['id']}", "fields": "retailer_id"}).json()
equal({v["retailer_id"] for v in both.values()}, {"p01", "p02"})
answers = []
batch = api.new_batch()
for i in items[:3]:
    ProductItem(i["id"]).api_get(fields=["retailer_id"], batch=batch, success=lambda r: answers.append(r.json()["retailer_id"]))
batch.execute()
equal(answers, ["p00", "p01", "p02"])

# Sets in one call, told by a handle; a supplementary feed is tied to a primary one and parted from it.
made = api.call("POST", (catalog["id"], "product_sets_batch"), params={"requests": [
    {"method": "CREATE", "data": {"name": "Gốm", "retailer_id": "gom", "filter": {"brand": {"eq": "gốm"}}}},
    {"method": "CREATE", "data": {"name": "Bad", "filter": {"moon": {"eq": "full"}}}},
    {"method": "UPDATE", "data": {"retailer_id": "gom", "name": "Gốm sứ"}}]}).json()["handles"]


def sorted_out():
    told = catalog.get_product_sets_batch(fields=["handle", "status", "errors", "errors_total_count"], params={"handle": made[0]})[0]
    return told if told["status"] == "finished" else None


told = until("sets", sorted_out)
equal((told["handle"], told["errors_total_count"], told["errors"][0]["line"]), (made[0], 1, 1))
equal(sorted(s["name"] for s in catalog.get_product_sets(fields=["name"])), ["Gốm sứ", "Shelf"])
extra = ProductFeed(catalog.create_product_feed(params={"name": "Labels", "ingestion_source_type": "SUPPLEMENTARY_FEED", "primary_feed_ids": [feed["id"]]})["id"])
second = ProductFeed(catalog.create_product_feed(params={"name": "Second"})["id"])
extra.create_supplementary_feed_assoc(params={"assoc_data": [{"feed_id": second["id"]}]})
equal(sorted(str(i) for i in extra.api_get(fields=["primary_feeds"])["primary_feeds"]), sorted([feed["id"], second["id"]]))
second.create_supplementary_feed_assoc(params={"assoc_data": [{"feed_id": extra["id"], "action": "REMOVE"}]})
equal([str(i) for i in extra.api_get(fields=["primary_feeds"])["primary_feeds"]], [feed["id"]])
try:
    extra.create_supplementary_feed_assoc(params={"assoc_data": [{"feed_id": extra["id"]}]})
    raise AssertionError("a feed was tied to itself")
except FacebookRequestError as e:
    equal(e.api_error_code(), 100)
extra.api_delete()

# Partners, and users by the edge and by the mixin's older one.
catalog.create_agency(params={"business": "200000000000003", "permitted_tasks": ["AA_ANALYZE"]})
equal([b["name"] for b in catalog.get_agencies(fields=["name"])], ["Malabar Spice Room"])
catalog.delete_agencies(params={"business": "200000000000003"})
equal(len(catalog.get_agencies()), 0)
robot = Business("200000000000001").create_system_user(params={"name": "Robot", "role": "EMPLOYEE"})["id"]
catalog.create_assigned_user(params={"user": robot, "tasks": ["ADVERTISE"]})
equal([u["name"] for u in catalog.get_assigned_users(fields=["name"], params={"business": "200000000000001"})], ["Robot"])
catalog.add_user(robot, "ADMIN")
catalog.remove_user(robot)
equal(len(catalog.get_assigned_users(params={"business": "200000000000001"})), 0)

ProductFeed(feed["id"]).api_delete()
until("the feed's items to go", lambda: len(catalog.get_products(params={"filter": {"retailer_id": {"eq": "f1"}}})) == 0)
ProductCatalog(catalog["id"]).api_delete()
try:
    ProductSet(shelf["id"]).api_get()
    raise AssertionError("the set outlived its catalog")
except FacebookRequestError as e:
    equal((e.api_error_code(), e.api_error_subcode()), (100, 33))
print("facebook-business: ok")
