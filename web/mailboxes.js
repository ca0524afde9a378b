/** The mailboxes: beside the list where there is room, else in a field above it. */

import { el, find } from "./dom.js";

const PROPERTIES = ["id", "name", "parentId", "role", "sortOrder", "totalEmails", "unreadEmails"];

/** The inbox first, then by role and name, children below their parents. @returns mailboxes with depth */
export function inOrder(list) {
	const rank = (box) => (box.role === "inbox" ? 0 : box.role ? 1 : 2);
	const compare = (a, b) => rank(a) - rank(b) || a.sortOrder - b.sortOrder
		|| a.name.localeCompare(b.name, undefined, { numeric: true, sensitivity: "base" });
	const below = (parent, depth) => list.filter((box) => (box.parentId ?? null) === parent).sort(compare)
		.flatMap((box) => [{ ...box, depth }, ...below(box.id, depth + 1)]);

	return below(null, 0);
}

export class Mailboxes {
	#nav = find(".mailboxes");
	#field = el("select", { class: "chooser", "aria-label": "Mailbox" });
	list = [];

	/** @param {(id: string) => void} choose */
	constructor(jmap, choose) {
		this.jmap = jmap;
		this.choose = choose;
		this.#field.addEventListener("change", () => choose(this.#field.value));
	}

	get field() {
		return this.#field;
	}

	byId(id) {
		return this.list.find((box) => box.id === id);
	}

	byRole(role) {
		return this.list.find((box) => box.role === role);
	}

	/** The one that is shown at first. */
	get first() {
		return this.list.find((box) => box.role === "inbox") ?? this.list[0];
	}

	async refresh() {
		const [{ list }] = await this.jmap.call(["Mailbox/get", { ids: null, properties: PROPERTIES }]);

		this.list = inOrder(list);
	}

	/** @param {boolean} isSandbox where inboxes come by themselves, and empty ones say nothing */
	draw(chosen, isSandbox) {
		const shown = this.list.filter((box) => !isSandbox || box.totalEmails || box.role || box.id === chosen);

		this.#nav.replaceChildren(el("ul", {}, ...shown.map((box) => this.#item(box, chosen))));
		this.#field.replaceChildren(...shown.map((box) =>
			el("option", { value: box.id, selected: box.id === chosen },
				`${"  ".repeat(box.depth)}${box.name}${box.unreadEmails ? ` (${box.unreadEmails})` : ""}`)));
	}

	#item(box, chosen) {
		const link = el("a", { href: `#mailbox=${box.id}`, title: box.name,
			"aria-current": box.id === chosen && "page" },
			el("span", { class: "mailbox-name" }, box.name),
			box.unreadEmails ? el("span", { class: "count", title: "unread" }, `${box.unreadEmails}`)
				: el("span", { class: "count-all", title: "mails" }, `${box.totalEmails || ""}`));

		link.style.paddingInlineStart = `${12 + 14 * box.depth}px`;
		return el("li", {}, link);
	}
}
