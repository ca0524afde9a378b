/** Where an application is pointed at, to be copied. */

import { copyButton, el } from "./dom.js";
import { addressesOf, snippets } from "./snippets.js";

function addressRow({ label, use, address }) {
	return el("tr", {}, el("th", { scope: "row" }, label), el("td", {}, el("code", {}, address)),
		el("td", { class: "soft" }, use), el("td", {}, copyButton(() => address, `Copy ${address}`)));
}

/** A field to choose by, and the piece itself. */
function snippetView(host, port) {
	const code = el("pre", { tabindex: "0" });
	const names = el("div", { class: "snippet-names", role: "group", "aria-label": "Snippets" });
	const show = (snippet) => {
		code.textContent = snippet.text(host, port);
		for (const one of names.children) one.setAttribute("aria-pressed", String(one.textContent === snippet.name));
	};

	names.append(...snippets.map((one) => el("button", { type: "button", onclick: () => show(one) }, one.name)));
	show(snippets[0]);
	return el("div", { class: "snippets" }, names,
		el("div", { class: "snippet" }, code, copyButton(() => code.textContent, "Copy the snippet")));
}

/** @param {{ports: Object<string, number>}} about @param {?Node} first stands above all */
export function connectView(about, host, first) {
	return el("div", { class: "connect" }, first,
		el("h1", {}, "Point your application here"),
		el("p", {}, "Any user name and password works, and none is needed. Mail lands in the inbox of the log-in it was "
			+ "sent with, else of each recipient; “all” has everything. Nothing leaves this machine."),
		el("table", {}, el("tbody", {}, ...addressesOf(host, about.ports).map(addressRow))),
		about.ports.smtp && el("h2", {}, "Ready to paste"),
		about.ports.smtp && snippetView(host, about.ports.smtp));
}
