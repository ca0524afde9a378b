/** The mail that is read. */

import { attachmentsView, saveMail } from "./attachments.js";
import { button, copyButton, el, find } from "./dom.js";
import { addressText, dateLong, sizeText, subjectText } from "./format.js";
import { hasHtml } from "./mail_html.js";
import { Preview } from "./preview.js";
import { isUnread } from "./row.js";
import { Tabs } from "./tabs.js";
import { bodyText, hasText, textView } from "./text.js";

const PROPERTIES = ["id", "blobId", "mailboxIds", "keywords", "subject", "from", "to", "cc", "bcc", "replyTo",
	"receivedAt", "sentAt", "size", "headers", "htmlBody", "textBody", "attachments", "bodyValues"];
const PART = ["partId", "blobId", "size", "name", "type", "cid"];
const VALUE_MAX = 1_000_000; // octets of a part that are shown
const SOURCE_MAX = 500_000;
const CUT = ` · only the first ${sizeText(VALUE_MAX)} of its text is shown`;

async function fetchMail(jmap, id) {
	const [{ list }] = await jmap.call(["Email/get", { ids: [id], properties: PROPERTIES, bodyProperties: PART,
		fetchHTMLBodyValues: true, fetchTextBodyValues: true, maxBodyValueBytes: VALUE_MAX }]);

	return list[0] ?? null;
}

function headersView(mail) {
	return el("table", { class: "headers" }, el("tbody", {}, ...mail.headers.map(({ name, value }) =>
		el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value.trim())))));
}

async function sourceView(jmap, mail) {
	const blob = await jmap.download(mail.blobId, "message/rfc822");
	const text = await blob.slice(0, SOURCE_MAX).text();
	const isCut = blob.size > SOURCE_MAX;

	return el("div", { class: "source" },
		el("div", { class: "source-bar" }, button("download", "Download", () => saveMail(jmap, mail)),
			copyButton(() => text), isCut && el("span", { class: "soft" }, `The first ${sizeText(SOURCE_MAX)}`)),
		el("pre", {}, text));
}

function isCut(mail) {
	return Object.values(mail.bodyValues).some((value) => value.isTruncated);
}

/** "From", and each address. */
function addressLine(label, list) {
	return list?.length && el("div", { class: "field" }, el("dt", {}, label),
		el("dd", {}, ...list.map((address) => el("span", { class: "address" }, addressText(address)))));
}

/** Reply-To says something only where it is another than From. */
function replyTo({ replyTo: list, from }) {
	return JSON.stringify(list) === JSON.stringify(from) ? null : list;
}

export class Reader {
	#node = find(".reader");
	#tabs;
	#preview;
	mail = null;
	/** the kind of view that was last chosen, as long as the mail has it */
	tab = null;

	/** @param {import("./app.js").App} app */
	constructor(app) {
		this.jmap = app.jmap;
		this.app = app;
	}

	/** @returns {Promise<boolean>} false: there is no such mail, or another is wanted by now */
	async open(id) {
		this.wanted = id;
		const mail = await fetchMail(this.jmap, id);

		if (this.wanted !== id || !mail) return false;
		this.#leave();
		this.mail = mail;
		this.#draw();
		this.#node.scrollTop = 0;
		this.app.attempt(() => this.choose(this.tab));
		return true;
	}

	/** Shows something else. @param {Node} content */
	show(content) {
		this.wanted = null;
		this.#leave();
		this.#node.replaceChildren(content);
	}

	#leave() {
		this.#preview?.close();
		this.#preview = this.mail = this.#tabs = null;
	}

	#draw() {
		const mail = this.mail;

		this.#tabs = new Tabs([
			{ key: "html", label: "HTML", isOff: !hasHtml(mail) },
			{ key: "text", label: "Text", isOff: !hasText(mail) && (hasHtml(mail) || mail.attachments.length > 0) },
			{ key: "headers", label: "Headers" },
			{ key: "source", label: "Source" },
			{ key: "attachments", label: `Attachments${mail.attachments.length ? ` (${mail.attachments.length})` : ""}`,
				isOff: !mail.attachments.length },
		], (key) => this.app.attempt(() => this.choose(key, true)));
		this.#tabs.bar.append(el("span", { class: "tabs-end" }));
		this.#node.replaceChildren(this.#head(), this.#tabs.bar, this.#tabs.panel);
	}

	#head() {
		const mail = this.mail;

		this.seenButton = el("span", {});
		this.drawSeen();
		return el("header", { class: "mail-head" },
			el("div", { class: "mail-actions" },
				button("back", "Back", () => this.app.back(), { class: "back" }), this.seenButton,
				button("download", "Download", () => saveMail(this.jmap, mail)),
				button("trash", "Delete", () => this.app.deeds.destroyChosen())),
			el("h1", {}, subjectText(mail.subject)),
			el("dl", {}, addressLine("From", mail.from), addressLine("To", mail.to), addressLine("Cc", mail.cc),
				addressLine("Bcc", mail.bcc), addressLine("Reply to", replyTo(mail)),
				el("div", { class: "field" }, el("dt", {}, "Date"),
					el("dd", {}, el("time", { datetime: mail.receivedAt }, dateLong(mail.receivedAt)),
						el("span", { class: "soft" }, ` · ${sizeText(mail.size)}${isCut(mail) ? CUT : ""}`)))));
	}

	drawSeen() {
		const wasUnread = isUnread(this.mail);

		this.seenButton.replaceChildren(button(wasUnread ? "opened" : "mail", wasUnread ? "Mark read" : "Mark unread",
			() => this.app.deeds.setSeen(wasUnread)));
	}

	/** @param {boolean} isWish whether somebody asked for this view: the next mail has it too */
	async choose(key, isWish = false) {
		const tabs = this.#tabs;

		if (!tabs) return;
		const chosen = [key, "html", "text", "attachments"].find((one) => tabs.has(one));

		if (isWish) this.tab = chosen;
		tabs.mark(chosen);
		tabs.bar.querySelector(".tabs-end").replaceChildren();
		await this.#fill(tabs, chosen);
		if (isWish) this.app.note({ tab: this.tab });
	}

	async #fill(tabs, key) {
		this.#preview?.close();
		this.#preview = null;
		if (key === "html") {
			await this.#openPreview(tabs);
			return;
		}
		const view = await this.#viewOf(key);

		if (tabs === this.#tabs && tabs.panel.dataset.key === key) tabs.panel.replaceChildren(view);
	}

	async #openPreview(tabs) {
		const preview = this.#preview = new Preview(this.jmap, this.mail, (event) => this.app.key(event));

		tabs.panel.replaceChildren(preview.node);
		tabs.bar.querySelector(".tabs-end").append(preview.widthButtons());
		await preview.open();
	}

	#viewOf(key) {
		if (key === "headers") return headersView(this.mail);
		if (key === "source") return sourceView(this.jmap, this.mail);
		if (key === "attachments") return attachmentsView(this.jmap, this.mail);
		return textView(bodyText(this.mail));
	}

	focus() {
		this.#node.focus({ preventScroll: true });
	}
}
