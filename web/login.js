/** The log-in of a real server. The password is kept in this page's memory only. */

import { el, find } from "./dom.js";
import { Jmap, Refused } from "./jmap.js";

function field(name, label, attributes) {
	return el("label", {}, label, el("input", { name, required: true, ...attributes }));
}

function messageOf(error) {
	return error instanceof Refused ? error.message : `The server cannot be reached: ${error.message}`;
}

/** @param {string} hostname @returns {Promise<Jmap>} */
export function logIn(hostname) {
	const place = find(".login");
	const fault = el("p", { class: "fault", role: "alert" });
	const submit = el("button", { class: "is-main" }, "Log in");
	const form = el("form", { action: "#" }, el("h1", {}, hostname),
		field("user", "Address", { type: "text", inputmode: "email", autocomplete: "username",
			autocapitalize: "none", spellcheck: "false" }),
		field("password", "Password", { type: "password", autocomplete: "current-password" }), fault, submit);

	place.replaceChildren(form);
	place.hidden = false;
	form.elements.user.focus();
	return new Promise((resolve) => form.addEventListener("submit", async (event) => {
		event.preventDefault();
		submit.disabled = true;
		try {
			const jmap = await Jmap.open(form.elements.user.value, form.elements.password.value);
			place.replaceChildren();
			place.hidden = true;
			resolve(jmap);
		} catch (error) {
			fault.textContent = messageOf(error);
		}
		submit.disabled = false;
	}));
}
