/** One mail in the list. */

import { el, icon } from "./dom.js";
import { addressesShort, dateLong, dateShort, sizeText, subjectText } from "./format.js";

export function isUnread(email) {
	return !email.keywords.$seen;
}

function timeOf(email) {
	return el("time", { datetime: email.receivedAt, title: dateLong(email.receivedAt) },
		dateShort(email.receivedAt));
}

function linesOf(email) {
	return [
		el("span", { class: "row-line" },
			isUnread(email) && el("span", { class: "unseen" }, "Unread. "),
			el("span", { class: "row-from" }, addressesShort(email.from) || "(no sender)"), timeOf(email)),
		el("span", { class: "row-line" },
			el("span", { class: "row-subject" }, subjectText(email.subject)),
			email.hasAttachment && el("span", { class: "row-sign", title: "Has attachments" },
				icon("attachment"), el("span", { class: "unseen" }, "with attachments"))),
		el("span", { class: "row-line row-soft" },
			el("span", { class: "row-to" }, `To ${addressesShort(email.to) || "nobody named"}`),
			el("span", { class: "row-size" }, sizeText(email.size))),
	];
}

/** @param {?object} email undefined: it is not there yet */
export function rowOf(email, place, total) {
	const row = el("div", { class: "row", role: "option", id: `row-${place}`,
		"aria-posinset": place + 1, "aria-setsize": total });

	row.email = email;
	row.classList.toggle("is-unread", Boolean(email) && isUnread(email));
	if (email) row.append(...linesOf(email));
	else row.append(el("span", { class: "row-line row-coming" }, "…"));
	return row;
}
