/** The HTML of a mail, in a frame that is its own little world. */

import { cleaned } from "./clean.js";
import { button, el, icon } from "./dom.js";
import { cidsIn, htmlOf } from "./mail_html.js";

const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"; // no scripts, no forms

/** The pictures that the HTML refers to; no other part is to have a URL in our origin. @returns {Promise<Map<string, string>>} Content-Id -> blob URL */
async function urlsOf(jmap, mail, html) {
	const wanted = cidsIn(html);
	const parts = [...mail.attachments, ...mail.htmlBody].filter((part) =>
		part.cid && wanted.includes(part.cid) && part.type.startsWith("image/"));
	const pairs = await Promise.allSettled(parts.map(async (part) =>
		[part.cid, URL.createObjectURL(await jmap.download(part.blobId, part.type))]));

	return new Map(pairs.filter(({ status }) => status === "fulfilled").map(({ value }) => value));
}

function loaded(frame, src) {
	return new Promise((resolve) => {
		frame.addEventListener("load", resolve, { once: true });
		frame.src = src;
	});
}

/** An empty document with the policy under which the mail is to be shown. */
async function emptied(frame, withImages) {
	await loaded(frame, withImages ? "/web/frame-with-images" : "/web/frame");
	return frame.contentDocument;
}

export class Preview {
	#frame = el("iframe", { class: "mail-frame", sandbox: SANDBOX, title: "The mail's HTML", referrerpolicy: "no-referrer" });
	#urls = new Map();
	#html = "";

	/** @param {(event: KeyboardEvent) => void} key hears of keys that are pressed in the frame */
	constructor(jmap, mail, key) {
		this.jmap = jmap;
		this.mail = mail;
		this.key = key;
		this.remote = el("div", { class: "remote", hidden: true }, icon("image"),
			el("span", {}, "Images from elsewhere are not loaded."),
			el("button", { type: "button", onclick: () => this.#showAll() }, "Load remote images"));
		this.stage = el("div", { class: "stage" }, this.#frame);
		this.node = el("div", { class: "preview" }, this.remote, this.stage);
	}

	/** Phone and desktop. */
	widthButtons() {
		const set = (isNarrow, event) => {
			this.stage.classList.toggle("is-phone", isNarrow);
			for (const one of event.currentTarget.parentNode.children)
				one.setAttribute("aria-pressed", String(one === event.currentTarget));
		};

		return el("span", { class: "widths", role: "group", "aria-label": "Width" },
			button("monitor", "Desktop width", (event) => set(false, event), { "aria-pressed": "true" }),
			button("phone", "Phone width", (event) => set(true, event), { "aria-pressed": "false" }));
	}

	async open() {
		this.#html = htmlOf(this.mail);
		this.#urls = await urlsOf(this.jmap, this.mail, this.#html);
		this.remote.hidden = !await this.#show(false);
	}

	#showAll() {
		this.remote.hidden = true;
		return this.#show(true);
	}

	/** What is written into the document keeps its policy. @returns whether something is from elsewhere */
	async #show(withImages) {
		const inner = await emptied(this.#frame, withImages);
		if (!inner) return false; // another mail is shown by now
		const { html, hasRemote } = cleaned(this.#html, this.#urls, new inner.defaultView.DOMParser());

		inner.open();
		inner.write(html);
		inner.close();
		inner.addEventListener("keydown", this.key);
		return hasRemote;
	}

	close() {
		for (const url of this.#urls.values()) URL.revokeObjectURL(url);
	}
}
