/** The start: who is asked for a log-in, then the page itself. */

import { App } from "./app.js";
import { el, find } from "./dom.js";
import { Jmap } from "./jmap.js";
import { keyHandler } from "./keys.js";
import { watch } from "./live.js";
import { logIn } from "./login.js";

const STATES = {
	live: "Live: new mail shows up at once",
	polling: "New mail shows up within three seconds",
	away: "The server does not answer; trying again",
};

/** In a sandbox any log-in works, and this one sees all. */
function enter(about) {
	return about.sandbox ? Jmap.open("all", "all") : logIn(about.hostname);
}

function showParts() {
	for (const selector of [".bar", ".mailboxes", ".mails", ".reader"]) find(selector).hidden = false;
}

function tell(how) {
	const light = find(".live");

	if (light.dataset.how === how) return;
	light.dataset.how = how;
	light.title = STATES[how];
	light.replaceChildren(el("span", { class: "unseen" }, STATES[how]));
}

async function start() {
	const about = await (await fetch("/web/about")).json();
	const jmap = await enter(about);

	showParts();
	const app = new App(jmap, about);

	app.key = keyHandler(app);
	document.addEventListener("keydown", app.key);
	await app.start();
	app.list.focus();
	await watch(jmap, () => app.refresh(), tell);
}

start().catch((error) => {
	find(".notices").replaceChildren(el("p", {}, `${error.message} – reload to try again.`));
});
