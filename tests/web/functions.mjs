import assert from "node:assert/strict";
import { takeEvents } from "./web/event_stream.js";
import * as format from "./web/format.js";
import * as html from "./web/mail_html.js";
import { inOrder } from "./web/mailboxes.js";
import { placeText, readPlace } from "./web/place.js";
import { conditionsOf, filterOf } from "./web/search.js";
import { addressesOf, snippets } from "./web/snippets.js";
import { piecesOf } from "./web/text.js";

const jo = { name: "Jo", email: "jo@example.test" }, ann = { name: null, email: "ann@example.test" };

// addresses
assert.equal(format.addressesText([jo, ann]), "Jo <jo@example.test>, ann@example.test");
assert.equal(format.addressesText(null), "");
assert.equal(format.addressesShort([ann]), "ann@example.test");
assert.equal(format.addressesShort([jo, ann, ann]), "Jo +2");
assert.equal(format.addressesShort([]), "");

// dates: today, this year, before, none
const now = new Date("2026-11-26T12:00:00Z");
assert.equal(format.dateShort("2026-11-26T07:05:00Z", now, "en-GB"), "07:05");
assert.equal(format.dateShort("2026-03-01T07:05:00Z", now, "en-GB"), "1 Mar");
assert.equal(format.dateShort("2025-12-31T23:59:00Z", now, "en-GB"), "31/12/2025");
assert.equal(format.dateShort("x", now), "");
assert.match(format.dateLong("2026-11-26T07:05:00Z", "en-GB"), /26 November 2026/);

// sizes, subjects, names of files
assert.deepEqual([0, 999, 1000, 1449, 99_940, 999_600, 23e6].map(format.sizeText),
	["0 B", "999 B", "1.0 kB", "1.4 kB", "100 kB", "1.0 MB", "23 MB"]);
assert.equal(format.subjectText("  "), "(no subject)");
assert.equal(format.titleText(3, "all"), "(3) all – Postroom");
assert.equal(format.titleText(0, ""), "Postroom");
assert.equal(format.countText(1, "mail", "mails"), "1 mail");
assert.equal(format.fileName("../../a\u0000b:c ", "x"), "a b c");
assert.equal(format.fileName("", "mail"), "mail");
assert.equal(format.fileName("...", "mail"), "mail");

// what is searched
assert.deepEqual(conditionsOf('from:jo subject:"two words" is:unread has:attachment rest http://x'), [
	{ from: "jo" }, { subject: "two words" }, { notKeyword: "$seen" }, { hasAttachment: true }, { text: "rest" },
	{ text: "http://x" }]);
assert.deepEqual(conditionsOf("  "), []);
assert.deepEqual(conditionsOf('"open'), [{ text: "open" }]);
assert.equal(filterOf(null, ""), null);
assert.deepEqual(filterOf("M1", ""), { inMailbox: "M1" });
assert.deepEqual(filterOf("M1", "a"), { operator: "AND", conditions: [{ inMailbox: "M1" }, { text: "a" }] });

// the address of the page
assert.deepEqual(readPlace(placeText({ mailbox: "M1", search: "a&b=#c", mail: "E2" })),
	{ mailbox: "M1", search: "a&b=#c", mail: "E2" });
assert.deepEqual(readPlace("#other=1"), {});

// events, whole and in pieces
assert.deepEqual(takeEvents("event: state\ndata: {\ndata: }\nid: 7\n\nevent: pi"),
	{ events: [{ event: "state", data: "{\n}", id: "7" }], rest: "event: pi" });
assert.deepEqual(takeEvents(": a remark\r\n\r\n").events, [{ event: "message", data: "", id: null }]);
assert.deepEqual(takeEvents("").events, []);

// the HTML of a mail
const part = (type, partId, cid) => ({ type, partId, cid });
const mail = { htmlBody: [part("text/plain", "1"), part("text/html", "2"), part("image/png", "3", 'a"b')],
	bodyValues: { 1: { value: "<b>&" }, 2: { value: "<i>x</i>" } } };
assert.equal(html.htmlOf(mail), '<pre>&lt;b&gt;&amp;</pre>\n<i>x</i>\n<img src="cid:a&quot;b">');
assert.equal(html.hasHtml(mail), true);
assert.match(html.documentOf("<p>x</p>"), /^<!doctype html>\n<style>[^<]*<\/style>\n<p>x<\/p>$/);
assert.deepEqual(html.cidsIn('<img src="cid:one%40x"> url(cid:two) cid:two'), ["one@x", "two"]);
assert.equal(html.withParts('"cid:one%40x" cid:other', new Map([["one@x", "blob:1"]])), '"blob:1" cid:other');
assert.deepEqual(["https://x/a.png", "//x/a.png", "a.png 1x, http://x/b.png 2x", "color: red; background: url( 'http://x')",
	"@import 'https://x'"].map(html.isRemote), [true, true, true, true, true]);
assert.deepEqual(["blob:http://x", "data:image/png;base64,//x", "cid:a", "#top", "a/b"].map(html.isRemote),
	[false, false, false, false, false]);

// text with links
assert.deepEqual(piecesOf("see https://x.test/a?b=c, or <http://y.test>."), [{ text: "see " },
	{ link: "https://x.test/a?b=c" }, { text: ", or <" }, { link: "http://y.test" }, { text: ">." }]);
assert.deepEqual(piecesOf("javascript:alert(1)"), [{ text: "javascript:alert(1)" }]);

// mailboxes: the inbox first, children below their parents
const box = (id, name, role = null, parentId = null) => ({ id, name, role, parentId, sortOrder: 0 });
assert.deepEqual(inOrder([box("1", "b"), box("2", "A"), box("3", "in", "inbox"), box("4", "c", null, "2"),
	box("5", "Sent", "sent")]).map(({ id, depth }) => [id, depth]), [["3", 0], ["5", 0], ["2", 0], ["4", 1], ["1", 0]]);

assert.deepEqual(inOrder([box("1", "p10@x"), box("2", "p9@x")]).map(({ name }) => name), ["p9@x", "p10@x"]);

// what is pasted has the ports
for (const { name, text } of snippets) assert.match(text("127.0.0.1", 2025), /127\.0\.0\.1[\s\S]*2025/, name);
assert.deepEqual(addressesOf("::1", { smtp: 25, http: 80 }).map(({ address }) => address),
	["[::1]:25", "http://[::1]:80/.well-known/jmap"]);
