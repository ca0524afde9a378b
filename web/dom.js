/** Elements, made without any markup: what comes from a mail is only ever text. */

import { paths } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {Element} node */
function set(node, name, value) {
	if (value === undefined || value === null || value === false) return;
	if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
	else node.setAttribute(name, value === true ? "" : value);
}

/**
 * el("a", { href: "#", onclick: go }, "text", child)
 * @param {string} name
 * @param {Object<string, any>} [attributes] `on...` is a listener; null and false are left out
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function el(name, attributes = {}, ...children) {
	const node = document.createElement(name);

	for (const [key, value] of Object.entries(attributes)) set(node, key, value);
	node.append(...children.filter((child) => child || child === 0));
	return node;
}

/** A drawing beside which words stand, or which its button's label explains. */
export function icon(name) {
	const svg = document.createElementNS(SVG, "svg");
	const path = document.createElementNS(SVG, "path");

	svg.setAttribute("viewBox", "0 0 16 16");
	svg.setAttribute("class", "icon");
	svg.setAttribute("aria-hidden", "true");
	path.setAttribute("d", paths[name]);
	svg.append(path);
	return svg;
}

/** A button that shows an icon, and its label where there is room. */
export function button(name, label, onclick, attributes = {}) {
	return el("button", { type: "button", title: label, "aria-label": label, onclick, ...attributes },
		icon(name), el("span", { class: "label" }, label));
}

export function find(selector) {
	return /** @type {HTMLElement} */ (document.querySelector(selector));
}

/** Says something that passes by itself. */
export function notice(text) {
	const node = el("p", {}, text);

	find(".notices").replaceChildren(node);
	setTimeout(() => node.remove(), 5000);
}

/** A button that copies what text() gives. */
export function copyButton(text, label = "Copy") {
	const node = button("copy", label, async () => {
		await copy(text());
		node.firstChild.replaceWith(icon("check"));
		setTimeout(() => node.firstChild.replaceWith(icon("copy")), 1500);
	}, { class: "copy" });

	return node;
}

/** Pages without TLS have no clipboard unless they are of this machine. */
async function copy(text) {
	if (navigator.clipboard) {
		await navigator.clipboard.writeText(text);
		return;
	}
	const field = el("textarea", { class: "unseen" });

	field.value = text;
	document.body.append(field);
	field.select();
	document.execCommand("copy");
	field.remove();
}
