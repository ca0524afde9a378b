/** The page at work: what is shown, and what happens when something is chosen. */

import { destroy, destroyAll, markAllSeen, moveTo, setSeen } from "./actions.js";
import { connectView } from "./connect.js";
import { confirmed } from "./dialog.js";
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
	#place = {}; // as in place.js
	#count = el("span", { class: "count-shown", role: "status" });
	#isRefreshing = false;
	#isStale = false;

	/** @param {import("./jmap.js").Jmap} jmap @param {{sandbox: boolean, ports: object}} about */
	constructor(jmap, about) {
		this.jmap = jmap;
		this.about = about;
		this.mailboxes = new Mailboxes(jmap, (id) => this.go({ mailbox: id }));
		this.pages = new Pages(jmap, () => this.#drawList());
		this.list = new List(this.pages, (place) => this.open(place, true));
		this.reader = new Reader(jmap, {
			back: () => this.back(), destroy: () => this.destroyChosen(), setSeen: (isSeen) => this.setSeen(isSeen),
			tabChosen: () => this.#note({ tab: this.reader.tab }), key: (event) => this.key(event) });
		this.#drawHead();
		this.#listen();
	}

	async start() {
		await this.mailboxes.refresh();
		this.follow();
	}

	#drawHead() {
		find(".mails-head").append(this.mailboxes.field, this.#count, el("span", { class: "head-actions" },
			button("opened", "Mark all read", () => this.markAllSeen()),
			button("trash", "Delete all", () => this.destroyAll())));
		if (this.about.sandbox) find(".bar-actions").append(button("connect", "Connect", () => this.connect()));
		else find(".bar-actions").append(el("span", { class: "user" }, this.jmap.user),
			button("leave", "Log out", () => location.reload()));
	}

	#listen() {
		const field = find("#search");
		let timer;

		field.addEventListener("input", () => {
			clearTimeout(timer);
			timer = setTimeout(() => this.go({ mailbox: this.#place.mailbox, search: field.value.trim() }), TYPING_MS);
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

	#note(change) {
		this.#place = { ...this.#place, ...change };
		goTo(this.#place, false);
	}

	/** Shows what the address says. */
	follow() {
		const wanted = { mailbox: this.mailboxes.first?.id, ...readPlace(location.hash) };
		const isOther = wanted.mailbox !== this.#place.mailbox || wanted.search !== this.#place.search;
		const isOtherMail = isOther || wanted.mail !== this.#place.mail;

		this.#place = wanted;
		if (wanted.tab) this.reader.tab = wanted.tab;
		if (isOther) this.#openList();
		if (isOtherMail) this.#openMail(wanted.mail);
		this.#drawMailboxes();
	}

	#openList() {
		const field = find("#search");

		if (document.activeElement !== field) field.value = this.#place.search ?? "";
		this.list.toTop();
		this.pages.open(this.#place.mailbox, this.#place.search ?? "");
		this.list.draw();
	}

	#view(name) {
		document.body.dataset.view = name;
	}

	// ---- drawing ----

	#drawMailboxes() {
		const box = this.mailboxes.byId(this.#place.mailbox);

		this.mailboxes.draw(this.#place.mailbox, this.about.sandbox);
		document.title = titleText(box?.unreadEmails ?? 0, box?.name ?? "");
	}

	#drawList() {
		const { pages } = this, empty = find(".empty");

		this.list.draw();
		find(".mails").classList.toggle("is-empty", pages.isKnown && !pages.total);
		this.#count.textContent = pages.isKnown ? countText(pages.total, "mail", "mails") : "";
		empty.hidden = !pages.isKnown || pages.total > 0;
		empty.textContent = this.#place.search ? "Nothing found." : "No mail here yet.";
		if (pages.isKnown && !this.reader.mail && !this.#place.mail) this.#showNothing();
	}

	/** What stands where a mail would be read. */
	#showNothing() {
		const isEmpty = !this.pages.total && !this.#place.search;

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
		this.#note({ mail: undefined });
		this.#showConnect(false);
		this.#view("connect");
		this.reader.focus();
	}

	// ---- mails ----

	/** @param {boolean} isWish of somebody who now reads it */
	open(place, isWish = false) {
		const email = this.pages.at(place);

		if (!email) return;
		if (isWish && NARROW.matches) goTo({ ...this.#place, mail: email.id }, true);
		this.#note({ mail: email.id });
		this.#openMail(email.id);
	}

	async #openMail(id) {
		const place = id ? this.pages.placeOf(id) : -1;

		this.list.choose(place, id ?? null);
		if (!id) {
			this.#leaveMail();
			return;
		}
		delete find(".reader").dataset.nothing;
		this.#view("mail");
		await this.attempt(async () => {
			if (await this.reader.open(id) && isUnread(this.reader.mail)) await this.setSeen(true);
		});
		if (!this.reader.mail && this.#place.mail === id) this.#gone();
	}

	#gone() {
		notice("This mail is not there any more.");
		this.#note({ mail: undefined });
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
		this.#note({ mail: undefined });
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

	// ---- what is done to them ----

	/** What goes wrong is said, and the page goes on. */
	async attempt(action) {
		try {
			return await action();
		} catch (error) {
			notice(error.message);
			return undefined;
		}
	}

	setSeen(isSeen) {
		const { mail } = this.reader;
		const keywords = { ...mail.keywords, $seen: isSeen || undefined };

		this.reader.mail.keywords = keywords;
		this.reader.drawSeen();
		this.pages.patch(mail.id, { keywords });
		return this.attempt(() => setSeen(this.jmap, mail.id, isSeen));
	}

	toggleSeen() {
		if (this.reader.mail) this.setSeen(isUnread(this.reader.mail));
	}

	/** Of a sandbox it is gone; else it goes to the trash, and from there it is gone. */
	async destroyChosen() {
		const id = this.list.chosenId, trash = this.mailboxes.byRole("trash");

		if (!id) return;
		const place = this.pages.placeOf(id), next = this.pages.at(place + 1) ?? this.pages.at(place - 1);

		await this.attempt(async () => {
			if (this.about.sandbox || !trash || this.#place.mailbox === trash.id) await destroy(this.jmap, id);
			else await moveTo(this.jmap, id, trash.id);
			this.#afterDestroy(next?.id);
		});
	}

	/** The next one takes its place. */
	async #afterDestroy(id) {
		if (id && this.reader.mail) {
			this.#note({ mail: id });
			await this.#openMail(id);
		} else {
			this.back();
		}
		this.refresh();
	}

	async destroyAll() {
		const what = countText(this.pages.total, "mail", "mails");
		const where = this.#place.search ? "found by this search" : `in “${this.mailboxes.byId(this.#place.mailbox)?.name}”`;

		if (!this.pages.total || !await confirmed(`Delete ${what} ${where}, for good?`, `Delete ${what}`)) return;
		await this.attempt(() => destroyAll(this.jmap, this.pages));
		this.back();
		this.refresh();
	}

	async markAllSeen() {
		await this.attempt(() => markAllSeen(this.jmap, this.#place.mailbox));
		this.refresh();
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
