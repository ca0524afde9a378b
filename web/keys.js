/** Keys, as long as nobody types text. */

import { find } from "./dom.js";

function isTyping(target) {
	return target?.matches?.("input, textarea, select") || document.querySelector("dialog[open]");
}

const TABS = ["html", "text", "headers", "source", "attachments"];

/** @param {import("./app.js").App} app @returns {(event: KeyboardEvent) => void} */
export function keyHandler(app) {
	const step = (by) => () => app.step(by);
	const actions = {
		j: step(1), ArrowDown: step(1), k: step(-1), ArrowUp: step(-1),
		Enter: () => app.enter(), Delete: () => app.deeds.destroyChosen(), Backspace: () => app.deeds.destroyChosen(),
		u: () => app.deeds.toggleSeen(), Escape: () => app.back(), "/": () => find("#search").focus(),
	};

	TABS.forEach((tab, i) => {
		actions[i + 1] = () => app.attempt(() => app.reader.choose(tab, true));
	});
	return (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
		if (event.key.startsWith("Arrow") && isScrolling(event.target)) return;
		if (event.key === "Enter" && event.target.matches?.("button, a")) return;
		if (!actions[event.key]) return;
		event.preventDefault();
		actions[event.key]();
	};
}

/** In a mail that is read the arrows move its text. */
function isScrolling(target) {
	return target?.ownerDocument !== document || Boolean(target.closest?.(".reader"));
}
