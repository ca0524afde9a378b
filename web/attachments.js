/** Files: the parts of a mail, and the mail itself. */

import { button, el, icon } from "./dom.js";
import { fileName, sizeText } from "./format.js";

const THUMBNAIL_MAX = 5_000_000; // octets

/** The browser keeps it as a file. */
export function save(blob, name) {
	const url = URL.createObjectURL(blob);
	const link = el("a", { href: url, download: name });

	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export async function saveMail(jmap, mail) {
	save(await jmap.download(mail.blobId, "message/rfc822"), `${fileName(mail.subject, "mail")}.eml`);
}

async function savePart(jmap, part) {
	save(await jmap.download(part.blobId, part.type), fileName(part.name, "attachment"));
}

/** A small picture of a picture. */
async function addThumbnail(jmap, part, place) {
	const url = URL.createObjectURL(await jmap.download(part.blobId, part.type));
	const image = el("img", { src: url, alt: "", onload: () => URL.revokeObjectURL(url) });

	place.replaceChildren(image);
}

function rowOf(jmap, part) {
	const sign = el("span", { class: "attachment-sign" }, icon("attachment"));

	if (part.type.startsWith("image/") && part.size <= THUMBNAIL_MAX) addThumbnail(jmap, part, sign).catch(() => {});
	return el("li", {}, sign,
		el("span", { class: "attachment-name" }, part.name || "(no name)",
			el("span", { class: "soft" }, `${part.type} · ${sizeText(part.size)}${part.cid ? " · in the text" : ""}`)),
		button("download", "Download", () => savePart(jmap, part), { "aria-label": `Download ${part.name || "it"}` }));
}

export function attachmentsView(jmap, mail) {
	return el("ul", { class: "attachments" }, ...mail.attachments.map((part) => rowOf(jmap, part)));
}
