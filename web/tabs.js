/** Tabs (ARIA's pattern): a row of buttons, one panel. */

import { el } from "./dom.js";

export class Tabs {
	#buttons;
	panel = el("div", { class: "panel", role: "tabpanel", tabindex: "0" });

	/**
	 * @param {{key: string, label: string, isOff?: boolean}[]} tabs
	 * @param {(key: string) => void} choose
	 */
	constructor(tabs, choose) {
		this.#buttons = tabs.map(({ key, label, isOff }) => el("button", {
			type: "button", role: "tab", id: `tab-${key}`, "data-key": key, disabled: isOff,
			onclick: () => choose(key) }, label));
		this.bar = el("div", { class: "tabs", role: "tablist", "aria-label": "Views of this mail",
			onkeydown: (event) => this.#key(event) }, ...this.#buttons);
	}

	#key(event) {
		const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		const there = this.#buttons.filter((one) => !one.disabled);
		const next = there[there.indexOf(event.target) + step];

		if (!step || !next) return;
		event.preventDefault();
		next.focus();
		next.click();
	}

	has(key) {
		return this.#buttons.some((one) => one.dataset.key === key && !one.disabled);
	}

	mark(key) {
		for (const one of this.#buttons) {
			const isChosen = one.dataset.key === key;

			one.setAttribute("aria-selected", String(isChosen));
			one.tabIndex = isChosen ? 0 : -1;
		}
		this.panel.setAttribute("aria-labelledby", `tab-${key}`);
		this.panel.dataset.key = key;
	}
}
