/** The page at work: what is shown, and what happens when something is chosen. */

import { connectView } from "./connect.js";
import { Deeds } from "./deeds.js";
import { button, el, find, notice } from "./dom.js";
import { countText, titleText } from "./format.js";
import { List } from "./list.js";
import { Mailboxes } from "./mailboxes.js";
import { Pages } from "./pages.js";
import { goTo, readPlace } from "./place.js";
import { Reader } from "./reader.js";
import { isUnread } from "./row.js";

const NARROW = matchMedia("(max-width: 760px)");
const TYPING_MS = 250;

export class App {
	place = {}; // as in place.js
	#count = el("span", { class: "count-shown", role: "status" });
	#isRefreshing = false;
	#isStale = false;

	/** @param {import("./jmap.js").Jmap} jmap @param {{sandbox: boolean, ports: object}} about */
	constructor(jmap, about) {
		this.jmap = jmap;
		this.about = about;
		this.mailboxes = new Mailboxes(jmap, (id) => this.go({ mailbox: id }));
		this.pages = new Pages(this, () => this.#drawList());
		this.list = new List(this.pages, (place) => this.open(place, true));
		this.deeds = new Deeds(this);
		this.reader = new Reader(this);
		this.#drawHead();
		this.#listen();
	}

	async start() {
		await this.mailboxes.refresh();
		this.follow();
	}

	#drawHead() {
		find(".mails-head").append(this.mailboxes.field, this.#count, el("span", { class: "head-actions" },
			button("opened", "Mark all read", () => this.deeds.markAllSeen()),
			button("trash", "Delete all", () => this.deeds.destroyAll())));
		if (this.about.sandbox) find(".bar-actions").append(button("connect", "Connect", () => this.connect()));
		else find(".bar-actions").append(el("span", { class: "user" }, this.jmap.user),
			button("leave", "Log out", () => location.reload()));
	}

	#listen() {
		const field = find("#search");
		let timer;

		field.addEventListener("input", () => {
			clearTimeout(timer);
			timer = setTimeout(() => this.search(field.value.trim()), TYPING_MS);
		});
		field.addEventListener("keydown", (event) => {
			if (event.key === "Escape" || event.key === "Enter") this.list.focus();
		});
		find(".search").addEventListener("submit", (event) => event.preventDefault());
		addEventListener("hashchange", () => this.follow());
		addEventListener("popstate", () => this.follow());
		NARROW.addEventListener("change", () => this.#drawList());
	}

	// ---- where we are ----

	go(place) {
		goTo(place, true);
		this.follow();
	}

	/** Each word that is typed is no step of its own. */
	search(text) {
		goTo({ mailbox: this.place.mailbox, search: text }, Boolean(text) && !this.place.search);
		this.follow();
	}

	note(change) {
		this.place = { ...this.place, ...change };
		goTo(this.place, false);
	}

	/** Shows what the address says. */
	follow() {
		const wanted = { mailbox: this.mailboxes.first?.id, ...readPlace(location.hash) };
		const isOther = wanted.mailbox !== this.place.mailbox || wanted.search !== this.place.search;
		const isOtherMail = isOther || wanted.mail !== this.place.mail;

		this.place = wanted;
		if (wanted.tab) this.reader.tab = wanted.tab;
		if (isOther) this.#openList();
		if (isOtherMail) this.openMail(wanted.mail);
		this.#drawMailboxes();
	}

	#openList() {
		const field = find("#search");

		if (document.activeElement !== field) field.value = this.place.search ?? "";
		this.list.toTop();
		this.pages.open(this.place.mailbox, this.place.search ?? "");
		this.list.draw();
	}

	#view(name) {
		document.body.dataset.view = name;
	}

	// ---- drawing ----

	#drawMailboxes() {
		const box = this.mailboxes.byId(this.place.mailbox);

		this.mailboxes.draw(this.place.mailbox, this.about.sandbox);
		document.title = titleText(box?.unreadEmails ?? 0, box?.name ?? "");
	}

	#drawList() {
		const { pages } = this, empty = find(".empty");

		this.list.draw();
		find(".mails").classList.toggle("is-empty", pages.isKnown && !pages.total);
		this.#count.textContent = pages.isKnown ? countText(pages.total, "mail", "mails") : "";
		empty.hidden = !pages.isKnown || pages.total > 0;
		empty.textContent = this.place.search ? "Nothing found." : "No mail here yet.";
		if (pages.isKnown && !this.reader.mail && !this.place.mail) this.#showNothing();
	}

	/** What stands where a mail would be read. */
	#showNothing() {
		const isFirst = this.place.mailbox === this.mailboxes.first?.id;
		const isEmpty = isFirst && !this.pages.total && !this.place.search;

		if (document.body.dataset.view === "connect") return;
		if (find(".reader").dataset.nothing === String(isEmpty)) return;
		this.#showConnect(isEmpty);
		find(".reader").dataset.nothing = String(isEmpty);
		this.#view(isEmpty && this.about.sandbox ? "empty" : "list");
	}

	#showConnect(isEmpty) {
		const hint = el("p", { class: "hint" }, isEmpty ? "Waiting for the first mail: it shows up here by itself."
			: "Choose a mail: click, or j and k. / searches, u marks unread, Delete deletes.");

		this.reader.show(this.about.sandbox ? connectView(this.about, location.hostname, hint)
			: el("div", { class: "connect" }, hint));
	}

	connect() {
		this.list.choose(-1, null);
		this.note({ mail: undefined });
		this.reader.show(connectView(this.about, location.hostname,
			button("back", "Back", () => this.back(), { class: "back" })));
		this.#view("connect");
		this.reader.focus();
	}

	// ---- mails ----

	/** @param {boolean} isWish of somebody who now reads it */
	open(place, isWish = false) {
		const email = this.pages.at(place);

		if (!email) return;
		if (isWish && NARROW.matches) goTo({ ...this.place, mail: email.id }, true);
		this.note({ mail: email.id });
		this.openMail(email.id);
	}

	async openMail(id) {
		const place = id ? this.pages.placeOf(id) : -1;

		this.list.choose(place, id ?? null);
		if (!id) {
			this.#leaveMail();
			return;
		}
		delete find(".reader").dataset.nothing;
		this.#view("mail");
		await this.attempt(async () => {
			if (await this.reader.open(id) && isUnread(this.reader.mail)) await this.deeds.setSeen(true);
		});
		if (!this.reader.mail && this.place.mail === id) this.#gone();
	}

	#gone() {
		notice("This mail is not there any more.");
		this.note({ mail: undefined });
		this.#leaveMail();
	}

	#leaveMail() {
		delete find(".reader").dataset.nothing;
		this.reader.show(el("p", {}));
		this.#view("list");
		this.#drawList();
	}

	back() {
		if (document.body.dataset.view === "list") return;
		this.note({ mail: undefined });
		this.list.choose(this.list.chosen, null);
		this.#leaveMail();
		this.list.focus();
	}

	/** The next or the one before; both are shown at once where there is room for it. */
	step(by) {
		const next = Math.min(Math.max(this.list.chosen + by, 0), this.pages.total - 1);
		const email = this.pages.at(next);

		if (!email) return;
		if (NARROW.matches && document.body.dataset.view !== "mail") this.list.choose(next, email.id);
		else if (next !== this.list.chosen || !this.reader.mail) this.open(next);
	}

	enter() {
		if (this.reader.mail && this.reader.mail.id === this.list.chosenId) this.reader.focus();
		else this.open(Math.max(this.list.chosen, 0), true);
	}

	/** What goes wrong is said, and the page goes on. */
	async attempt(action) {
		try {
			return await action();
		} catch (error) {
			notice(error.message);
			return undefined;
		}
	}

	// ---- news ----

	/** One at a time; what comes meanwhile leads to one more. */
	async refresh() {
		this.#isStale = true;
		if (this.#isRefreshing) return;
		this.#isRefreshing = true;
		while (this.#isStale) {
			this.#isStale = false;
			await this.attempt(() => this.mailboxes.refresh());
			this.pages.refresh();
			this.follow();
			this.list.draw();
		}
		this.#isRefreshing = false;
	}
}
