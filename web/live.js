/** Tells when something has changed: by the stream of events, without it by asking. */

import { eventsOf } from "./event_stream.js";
import { Refused } from "./jmap.js";

const TYPES = ["Email", "Mailbox"];
const POLL_MS = 3000;
const STREAM_AGAIN_MS = 15000;

function pause(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

/** "state state" of what is there now. */
async function statesOf(jmap) {
	const answers = await jmap.call(...TYPES.map((type) => [`${type}/get`, { ids: [] }]));

	return answers.map((answer) => answer.state).join(" ");
}

/** Until the stream ends; what came between two streams is not missed, for each start tells. */
async function follow(jmap, changed, tell) {
	const stream = await jmap.events(TYPES.join(","));

	tell("live");
	changed();
	for await (const event of eventsOf(stream)) if (event.event === "state") changed();
}

/** For a while, every few seconds. */
async function poll(jmap, changed, tell) {
	let known;

	for (const end = Date.now() + STREAM_AGAIN_MS; Date.now() < end; await pause(POLL_MS)) {
		const states = await statesOf(jmap);

		tell("polling");
		if (known !== states) changed();
		known = states;
	}
}

async function attempt(way, ...rest) {
	try {
		await way(...rest);
		return true;
	} catch (error) {
		if (error instanceof Refused) throw error;
		return false;
	}
}

/**
 * Goes on as long as the page is there.
 * @param {import("./jmap.js").Jmap} jmap
 * @param {() => void} changed is called when there may be something new
 * @param {(how: "live"|"polling"|"away") => void} tell
 */
export async function watch(jmap, changed, tell) {
	for (;;) {
		await attempt(follow, jmap, changed, tell);
		if (await attempt(poll, jmap, changed, tell)) continue;
		tell("away");
		await pause(POLL_MS);
	}
}
