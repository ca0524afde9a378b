/** The mails of a mailbox or a search by their place in it, fetched in pages when they are seen. */

import { resultOf } from "./jmap.js";
import { filterOf } from "./search.js";

export const PAGE = 100;
const PROPERTIES = ["id", "mailboxIds", "keywords", "hasAttachment", "from", "to", "subject", "receivedAt",
	"size", "preview"];

export class Pages {
	#jmap;
	#filter = null;
	#rows = new Map(); // place -> Email
	#fresh = new Set(); // numbers of pages that are as the server has them
	#coming = new Set();
	#turn = 0; // answers to older questions are not wanted
	total = 0;
	isKnown = false; // whether total is

	#attempt;

	/**
	 * @param {import("./app.js").App} app
	 * @param {() => void} changed is called when there are more or other mails
	 */
	constructor(app, changed) {
		this.#jmap = app.jmap;
		this.#attempt = (action) => app.attempt(action);
		this.changed = changed;
	}

	/** Begins anew, for another mailbox or search. */
	open(mailbox, text) {
		this.#filter = filterOf(mailbox, text);
		this.#rows.clear();
		this.total = 0;
		this.isKnown = false;
		this.refresh();
	}

	/** What is shown stays until it is replaced. */
	refresh() {
		this.#turn++;
		this.#fresh.clear();
		this.#coming.clear();
	}

	at(place) {
		return this.#rows.get(place);
	}

	placeOf(id) {
		for (const [place, email] of this.#rows) if (email.id === id) return place;
		return -1;
	}

	/** Notes what is known before the server says so. */
	patch(id, properties) {
		const place = this.placeOf(id);

		if (place >= 0) this.#rows.set(place, { ...this.#rows.get(place), ...properties });
		this.changed();
	}

	/** Has the mails of these places fetched, where they are not there yet. */
	want(first, last) {
		for (let page = Math.floor(first / PAGE); page <= Math.floor(Math.max(first, last) / PAGE); page++)
			if (!this.#fresh.has(page) && !this.#coming.has(page))
				this.#attempt(() => this.#fetch(page));
	}

	async #fetch(page) {
		const turn = this.#turn;

		this.#coming.add(page);
		try {
			const [query, get] = await this.#ask(page);
			if (turn === this.#turn) this.#take(page, query, get);
		} finally {
			if (turn === this.#turn) this.#coming.delete(page);
		}
	}

	#ask(page) {
		const query = this.queryOf({ position: page * PAGE, limit: PAGE, calculateTotal: true });

		return this.#jmap.call(["Email/query", query],
			["Email/get", { "#ids": resultOf(0, "Email/query", "/ids"), properties: PROPERTIES }]);
	}

	/** Arguments of Email/query for what is shown, newest first. */
	queryOf(more) {
		return { filter: this.#filter, sort: [{ property: "receivedAt", isAscending: false }], ...more };
	}

	#take(page, { ids, total }, { list }) {
		const byId = new Map(list.map((email) => [email.id, email]));

		this.total = total;
		this.isKnown = true;
		this.#fresh.add(page);
		ids.forEach((id, i) => byId.has(id) && this.#rows.set(page * PAGE + i, byId.get(id)));
		for (const place of this.#rows.keys()) if (place >= total) this.#rows.delete(place);
		this.changed();
	}
}
