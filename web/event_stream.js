/** text/event-stream, as it is read by fetch, which unlike EventSource can log in. */

/** @typedef {{event: string, data: string, id: ?string}} ServerEvent */

function parseBlock(block) {
	const event = { event: "message", data: [], id: null };

	for (const line of block.split(/\r\n|\r|\n/)) {
		const [, name, value] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];

		if (name === "data") event.data.push(value ?? "");
		else if (name === "event" || name === "id") event[name] = value ?? "";
	}
	return { ...event, data: event.data.join("\n") };
}

/**
 * The whole events at the front of text, and what is left of it.
 * @returns {{events: ServerEvent[], rest: string}}
 */
export function takeEvents(text) {
	const blocks = text.split(/\r\n\r\n|\n\n|\r\r/);
	const rest = blocks.pop();

	return { events: blocks.filter(Boolean).map(parseBlock), rest };
}

/** @param {ReadableStream<Uint8Array>} stream @returns {AsyncGenerator<ServerEvent>} */
export async function* eventsOf(stream) {
	const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
	let text = "";

	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		const { events, rest } = takeEvents(text + value);

		text = rest;
		yield* events;
	}
}
