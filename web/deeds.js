/** What somebody does to mails: the page shows it at once, then the server is told. */

import { destroy, destroyAll, makeTrash, markAllSeen, moveTo, setSeen } from "./actions.js";
import { confirmed } from "./dialog.js";
import { countText } from "./format.js";
import { isUnread } from "./row.js";

export class Deeds {
	#app;

	/** @param {import("./app.js").App} app */
	constructor(app) {
		this.#app = app;
	}

	setSeen(isSeen) {
		const { jmap, pages, reader } = this.#app;
		const { mail } = reader;

		mail.keywords = { ...mail.keywords, $seen: isSeen || undefined };
		reader.drawSeen();
		pages.patch(mail.id, { keywords: mail.keywords });
		return this.#app.attempt(() => setSeen(jmap, mail.id, isSeen));
	}

	toggleSeen() {
		const { mail } = this.#app.reader;

		if (mail) this.setSeen(isUnread(mail));
	}

	/** Of a sandbox it is gone; else it goes to the trash, and from there it is gone. */
	async #remove(id) {
		const { about, jmap, mailboxes, place } = this.#app;
		const trash = mailboxes.byRole("trash")?.id;

		if (about.sandbox || place.mailbox === trash) await destroy(jmap, id);
		else await moveTo(jmap, id, trash ?? await makeTrash(jmap));
	}

	async destroyChosen() {
		const { list, pages } = this.#app, id = list.chosenId;
		const place = pages.placeOf(id), next = pages.at(place + 1) ?? pages.at(place - 1);

		if (!id) return;
		await this.#app.attempt(async () => {
			await this.#remove(id);
			this.#showInstead(next?.id);
		});
	}

	/** The next one takes the place of what is gone. */
	#showInstead(id) {
		const app = this.#app;

		if (id && app.reader.mail) {
			app.note({ mail: id });
			app.openMail(id);
		} else {
			app.back();
		}
		app.refresh();
	}

	/** All that is shown: of a mailbox, or what a search has found there. */
	async destroyAll() {
		const { jmap, mailboxes, pages, place } = this.#app;
		const what = countText(pages.total, "mail", "mails");
		const where = place.search ? "found by this search" : `in “${mailboxes.byId(place.mailbox)?.name}”`;

		if (!pages.total || !await confirmed(`Delete ${what} ${where}, for good?`, `Delete ${what}`)) return;
		await this.#app.attempt(() => destroyAll(jmap, pages));
		this.#app.back();
		this.#app.refresh();
	}

	async markAllSeen() {
		const { jmap, pages } = this.#app;

		await this.#app.attempt(() => markAllSeen(jmap, pages));
		this.#app.refresh();
	}
}
