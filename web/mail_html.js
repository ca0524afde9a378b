/** The HTML of a mail as one document. Functions of text only; clean.js makes it harmless. */

const STYLE = "html{background:#fff;color:#1c1d1f;color-scheme:light}body{margin:16px;font:15px/1.5 system-ui,sans-serif;"
	+ "overflow-wrap:break-word}img{max-width:100%}pre{white-space:pre-wrap;font:inherit}";

export function escaped(text) {
	const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

	return text.replace(/[&<>"]/g, (c) => names[c]);
}

/** One part of htmlBody (RFC 8621 4.1.4): HTML, plain text, or an image between them. */
function partHtml(part, values) {
	const value = values[part.partId]?.value;

	if (value === undefined) return part.type.startsWith("image/") && part.cid ? `<img src="cid:${escaped(part.cid)}">` : "";
	return part.type === "text/html" ? value : `<pre>${escaped(value)}</pre>`;
}

export function hasHtml(mail) {
	return mail.htmlBody.some((part) => part.type === "text/html");
}

export function htmlOf(mail) {
	return mail.htmlBody.map((part) => partHtml(part, mail.bodyValues)).join("\n");
}

/** What the mail's own markup stands in. @param {string} inner made by clean.js */
export function documentOf(inner) {
	return `<!doctype html>\n<style>${STYLE}</style>\n${inner}`;
}

function decoded(cid) {
	try {
		return decodeURIComponent(cid);
	} catch {
		return cid;
	}
}

/** The Content-Ids that a text refers to (RFC 2392). */
export function cidsIn(text) {
	return [...new Set([...text.matchAll(/\bcid:([^\s"'()<>&]+)/gi)].map(([, cid]) => decoded(cid)))];
}

/** Where it refers to parts that are known, it gets their URLs. @param {Map<string, string>} urls */
export function withParts(text, urls) {
	return text.replace(/\bcid:([^\s"'()<>&]+)/gi, (whole, cid) => urls.get(decoded(cid)) ?? whole);
}

/** Whether a value of an attribute or a style has something loaded from elsewhere. */
export function isRemote(text) {
	return /^\s*(https?:)?\/\//i.test(text) || /(url\(|@import|\d[xw]\s*,)\s*["']?\s*(https?:)?\/\//i.test(text);
}
