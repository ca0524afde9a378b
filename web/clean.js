/**
 * A mail's HTML without what could act. The frame that shows it runs no scripts and loads
 * nothing in any case (its sandbox and policy see to that); this is so that nothing even tries.
 */

import { documentOf, isRemote, withParts } from "./mail_html.js";

const UNWANTED = "script, base, meta, link, iframe, frame, frameset, object, embed, applet, portal, dialog, title";
const LOADS = ["src", "srcset", "background", "poster", "style", "data", "href", "xlink:href"];
const ADDRESSES = ["href", "xlink:href", "src", "action", "formaction", "background", "to", "from", "values"];

function isScript(value) {
	return /^[\u0000-\u0020]*(java|vb|live)script:/i.test(value.replace(/[\t\r\n]/g, ""));
}

function isActive({ name, value }) {
	const lower = name.toLowerCase();

	return lower.startsWith("on") || lower === "srcdoc" || lower === "ping" || lower === "autofocus"
		|| (ADDRESSES.includes(lower) && isScript(value));
}

/** A link is no load: what it leads to is no part of the mail, which would open as a page of ours. */
function loads(node, { name }) {
	return LOADS.includes(name.toLowerCase()) && !(node.matches("a, area") && name.endsWith("href"));
}

function cleanNode(node, urls) {
	let remote = false;

	for (const attribute of [...node.attributes]) {
		if (isActive(attribute)) node.removeAttributeNode(attribute);
		else if (loads(node, attribute)) attribute.value = withParts(attribute.value, urls);
		remote ||= loads(node, attribute) && isRemote(attribute.value);
	}
	if (node.matches("a, area, form")) node.setAttribute("target", "_blank");
	if (node.matches("a, area")) node.setAttribute("rel", "noopener noreferrer");
	return remote;
}

function cleanStyle(node, urls) {
	node.textContent = withParts(node.textContent, urls);
	return isRemote(node.textContent) || /url\(\s*["']?\s*(https?:)?\/\//i.test(node.textContent);
}

/** Templates have a tree of their own. */
function nodesOf(root) {
	return [...root.querySelectorAll("*")].flatMap((node) =>
		node.localName === "template" ? [node, ...nodesOf(node.content)] : [node]);
}

/**
 * @param {string} html
 * @param {Map<string, string>} urls of the mail's own parts by their Content-Id
 * @param {DOMParser} parser of the frame, whose policy lets styles stand in the markup
 * @returns {{html: string, hasRemote: boolean}} a whole document
 */
export function cleaned(html, urls, parser) {
	const tree = parser.parseFromString(html, "text/html");
	let hasRemote = false;

	for (const node of nodesOf(tree)) {
		if (node.matches(UNWANTED)) node.remove();
		else if (node.localName === "style") hasRemote = cleanStyle(node, urls) || hasRemote;
		else hasRemote = cleanNode(node, urls) || hasRemote;
	}
	return { html: documentOf(tree.documentElement.outerHTML), hasRemote };
}
