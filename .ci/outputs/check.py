"""Holds feeds, sitemaps, JSON-LD and ninjs of a demo newsroom against programs and schemas that others made.

    check.py --api URL --password P --ninjs SCHEMA --sitemap XSD --out FOLDER

It publishes hostile articles, reads all that is live in every form, and writes `values.mts` for the compiler of
TypeScript. The last line says how much was held.
"""

import argparse
import copy
import datetime
import json
import pathlib
import re

import feedparser
import httpx
import jsonschema
from lxml import etree

HOSTILE = "]]> <script>alert(1)</script> & &amp; \"q\" 'q' 🗞️👩‍👩‍👧 \u202eمرحبا\u202c --> <!-- <![CDATA[ x \u2028y"
KINDS = ["news", "analysis", "opinion", "feature", "review", "interview", "live", "video", "gallery", "sponsored"]
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
# What XML 1.0 forbids in a document.
FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

held = 0


def hold(truth: bool, what: object) -> None:
    global held
    held += 1
    if not truth:
        raise SystemExit(f"does not hold: {what}")


def publish(client: httpx.Client, article: dict) -> dict:
    made = client.post("/v1/admin/articles", json=article)
    hold(made.status_code == 201, made.text)
    data = made.json()["data"]
    live = client.post(f"/v1/admin/articles/{data['id']}/publish", json={}, headers={"If-Match": f'"{data["version"]}"'})
    hold(live.status_code == 200, live.text)
    return live.json()["data"]


def hostile(client: httpx.Client) -> list[dict]:
    """Articles of every kind with hostile words, the longest headline there is, and a body behind a paywall."""
    tag = client.post("/v1/admin/tags", json={"name": HOSTILE[:60].replace("\u2028", ""), "kind": "topic"}).json()["data"]
    author = client.post("/v1/admin/authors", json={"name": 'Ana "&" <Pérez>'}).json()["data"]
    body = [
        {"_type": "block", "children": [{"_type": "span", "text": HOSTILE}]},
        {"_type": "code", "code": "</script> ]]> \"'&"},
        {"_type": "paywall"},
        {"_type": "block", "children": [{"_type": "span", "text": "CLOSED-WORDS"}]},
    ]
    made = [
        publish(client, {
            "headline": f"{kind} {HOSTILE}".replace("\u2028", ""), "kind": kind, "standfirst": HOSTILE.replace("\u2028", ""),
            "body": body, "access": "subscriber", "tags": [tag["id"]], "authors": [author["id"]],
            "rights": {"notice": "© & <all>"}, "dateline": {"text": "ALMATY <&>"},
        })
        for kind in KINDS
    ]
    made.append(publish(client, {"headline": ("&<>\"'🗞️" * 100)[:300]}))
    live = next(article for article in made if article["kind"] == "live")
    client.post(f"/v1/admin/articles/{live['id']}/live-updates", json={"headline": "Update " + HOSTILE[:40], "body": []})
    refused = client.post("/v1/admin/articles", json={"headline": "x" * 10_000})
    hold(refused.status_code == 422, refused.text)
    return made


def xml(response: httpx.Response) -> etree._Element:
    hold(response.status_code == 200, response.text)
    hold(not FORBIDDEN.search(response.text) and "<![CDATA[" not in response.text, "forbidden text")
    return etree.fromstring(response.content)


def feeds(public: httpx.Client, cards: list[dict]) -> dict:
    for content in ["summary", "full"]:
        for name in ["rss.xml", "atom.xml"]:
            response = public.get(f"/v1/feeds/{name}", params={"limit": 100, "content": content})
            root = xml(response)
            if name == "rss.xml":
                titles = [item.findtext("title") for item in root.iter("item")]
            else:
                titles = [entry.findtext("{*}title") for entry in root.iter("{http://www.w3.org/2005/Atom}entry")]
            hold(titles == [card["headline"] for card in cards], (name, titles))
            parsed = feedparser.parse(response.content, response_headers={"content-type": response.headers["content-type"]})
            hold(not parsed.bozo, parsed.get("bozo_exception"))
            hold(len(parsed.entries) == len(cards), name)
            for entry, card in zip(parsed.entries, cards):
                hold(entry.id == f"urn:uuid:{card['id']}" and entry.link == card["url"], entry)
                published = datetime.datetime(*entry.published_parsed[:6], tzinfo=datetime.timezone.utc)
                hold(published == datetime.datetime.fromisoformat(card["published_at"]).replace(microsecond=0), entry)
                hold(content == "full" or not entry.get("content"), entry.keys())
            hold("CLOSED-WORDS" not in response.text, name)
    response = public.get("/v1/feeds/feed.json", params={"limit": 100, "content": "full"})
    feed = response.json()
    hold([item["title"] for item in feed["items"]] == [card["headline"] for card in cards], "JSON Feed")
    hold(all("content_html" in item or "content_text" in item for item in feed["items"]), "JSON Feed without content")
    hold("CLOSED-WORDS" not in response.text, "JSON Feed")
    again = public.get("/v1/feeds/feed.json", params={"limit": 100, "content": "full"},
                       headers={"If-None-Match": response.headers["etag"]})
    hold(again.status_code == 304 and not again.content, again.status_code)
    return feed


def sitemaps(public: httpx.Client, cards: list[dict], schema: etree.XMLSchema) -> None:
    index = xml(public.get("/v1/sitemaps/index.xml"))
    hold(index.tag == f"{{{SITEMAP}}}sitemapindex", index.tag)
    listed = []
    for part in index.iter(f"{{{SITEMAP}}}loc"):
        root = xml(public.get(part.text))
        listed += [loc.text for loc in root.iter(f"{{{SITEMAP}}}loc")]
        hold(len(root) <= 50_000, part.text)
        # The schema of sitemaps knows nothing of the modules of others; without them each entry must be of it.
        bare = copy.deepcopy(root)
        for child in [child for child in bare.iter() if etree.QName(child).namespace != SITEMAP]:
            child.getparent() is not None and child.getparent().remove(child)
        schema.assertValid(bare)
    hold(sorted(listed) == sorted(card["url"] for card in cards), "the sitemap lists other addresses")
    news = xml(public.get("/v1/sitemaps/news.xml"))
    hold(0 < len(news) <= 1_000, len(news))
    for entry in news:
        hold([etree.QName(child).localname for child in entry] == ["loc", "news"], entry)
        names = [etree.QName(child) for child in entry[1]]
        hold([name.localname for name in names] == ["publication", "publication_date", "title"], names)
        hold(all(name.namespace == NEWS for name in names), names)
        first = datetime.datetime.fromisoformat(entry[1][1].text)
        hold(datetime.datetime.now(datetime.timezone.utc) - first < datetime.timedelta(days=2), first)
    sponsored = {card["url"] for card in cards if card["kind"] == "sponsored"}
    hold(not sponsored & {entry[0].text for entry in news}, "paid news")


def described(public: httpx.Client, cards: list[dict], validator: jsonschema.Draft202012Validator) -> list[dict]:
    objects = []
    for card in cards:
        response = public.get(f"/v1/articles/{card['id']}/jsonld")
        hold(not set("<>&\u2028\u2029") & set(response.text), response.text)
        objects.append(response.json())
        hold(objects[-1]["headline"] == card["headline"] and objects[-1]["url"] == card["url"], card["id"])
        item = public.get(f"/v1/articles/{card['id']}/ninjs")
        faults = [fault.message for fault in validator.iter_errors(item.json())]
        hold(not faults, (card["id"], faults))
        hold("CLOSED-WORDS" not in response.text + item.text, card["id"])
    return objects


def values(objects: list[dict], feed: dict) -> str:
    lines = [
        'import type { AdvertiserContentArticle, AnalysisNewsArticle, BackgroundNewsArticle, LiveBlogPosting, NewsArticle, '
        'OpinionNewsArticle, ReviewNewsArticle, WithContext } from "schema-dts";',
        'import type JsonFeed from "@json-feed-types/1_1";',
        f"export const feed: JsonFeed = {json.dumps(feed)};",
    ]
    for number, value in enumerate(objects):
        lines.append(f"export const object{number}: WithContext<{value['@type']}> = {json.dumps(value)};")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ["api", "password", "ninjs", "sitemap", "out"]:
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    public = httpx.Client(base_url=args.api, timeout=30)
    login = {"email": "editor@demo.example", "password": args.password}
    token = public.post("/v1/auth/login", json=login).json()["access_token"]
    hostile(httpx.Client(base_url=args.api, timeout=30, headers={"Authorization": f"Bearer {token}"}))
    cards = public.get("/v1/articles", params={"limit": 100}).json()["data"]
    schema = json.loads(pathlib.Path(args.ninjs).read_text())
    # The schema of coordinates is somebody else's, and nothing of ours has them.
    schema["$defs"]["ninjsType"]["properties"]["places"]["items"]["properties"]["geoJSON"] = {}
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    feed = feeds(public, cards)
    sitemaps(public, cards, etree.XMLSchema(etree.parse(args.sitemap)))
    objects = described(public, cards, validator)
    pathlib.Path(args.out, "values.mts").write_text(values(objects, feed))
    print(f"{len(cards)} articles in seven forms: {held} checks hold.")


main()
