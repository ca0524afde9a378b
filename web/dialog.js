/** A question before something that cannot be undone. */

import { el } from "./dom.js";

/** @returns {Promise<boolean>} */
export function confirmed(question, yes) {
	const dialog = el("dialog", { class: "question", "aria-label": question },
		el("form", { method: "dialog" },
			el("p", {}, question),
			el("div", { class: "question-answers" },
				el("button", { value: "no", autofocus: true }, "Cancel"),
				el("button", { value: "yes", class: "is-grave" }, yes))));

	document.body.append(dialog);
	dialog.showModal();
	return new Promise((resolve) => dialog.addEventListener("close", () => {
		dialog.remove();
		resolve(dialog.returnValue === "yes");
	}));
}
