/** Plain text, with its links to be clicked. */

import { el } from "./dom.js";

const LINK = /\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g;

/** @returns {({text: string}|{link: string})[]} */
export function piecesOf(text) {
	const pieces = [];
	let end = 0;

	for (const found of text.matchAll(LINK)) {
		if (found.index > end) pieces.push({ text: text.slice(end, found.index) });
		pieces.push({ link: found[0] });
		end = found.index + found[0].length;
	}
	if (end < text.length) pieces.push({ text: text.slice(end) });
	return pieces;
}

export function textView(text) {
	return el("pre", { class: "plain" }, ...piecesOf(text).map(({ text: plain, link }) =>
		link ? el("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link) : plain));
}

function textParts(mail) {
	return mail.textBody.filter((part) => part.type !== "text/html" && mail.bodyValues[part.partId]);
}

/** Whether somebody wrote some; of HTML alone none is made up here. */
export function hasText(mail) {
	return textParts(mail).length > 0;
}

/** The body as text: all its parts that have some. */
export function bodyText(mail) {
	return textParts(mail).map((part) => mail.bodyValues[part.partId].value).join("\n");
}
