/** A client of JMAP (RFC 8620): calls, downloads, the stream of events. */

const USING = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"];
const MAIL = USING[1];

export class Refused extends Error {}

/** A method that answered with an error. */
export class MethodError extends Error {
	constructor(name, { type, description }) {
		super(`${name}: ${description || type}`);
		this.type = type;
	}
}

function basic(user, password) {
	const octets = new TextEncoder().encode(`${user}:${password}`);

	return `Basic ${btoa(String.fromCharCode(...octets))}`;
}

async function detailOf(answer) {
	const problem = await answer.json().catch(() => ({}));

	return problem.detail || `${answer.status} ${answer.statusText}`;
}

export class Jmap {
	#login;
	#session;

	/** @returns {Promise<Jmap>} or Refused, when the log-in is not valid */
	static async open(user, password) {
		const jmap = new Jmap();

		jmap.#login = basic(user, password);
		jmap.#session = await (await jmap.#fetch("/.well-known/jmap")).json();
		if (!jmap.accountId) throw new Refused("There is no mail for this log-in");
		return jmap;
	}

	get accountId() {
		return this.#session.primaryAccounts[MAIL];
	}

	get user() {
		return this.#session.username;
	}

	/** How many objects a set may change at once. */
	get setMax() {
		return this.#session.capabilities[USING[0]].maxObjectsInSet;
	}

	/** The browser is not to ask for a log-in by itself, hence no credentials but ours. */
	async #fetch(url, options = {}) {
		const headers = { Authorization: this.#login, ...options.headers };
		const answer = await fetch(url, { ...options, headers, credentials: "omit" });

		if (answer.status === 401 || answer.status === 403) throw new Refused(await detailOf(answer));
		if (!answer.ok) throw new Error(await detailOf(answer));
		return answer;
	}

	/** A URL of the session, on the host that the page came from, with its variables filled in. */
	#url(template, variables = {}) {
		const filled = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(variables[name] ?? ""));
		const url = new URL(filled, location.href);

		return url.pathname + url.search;
	}

	/**
	 * Calls methods, each [name, arguments]; "#key" arguments refer to earlier ones by index.
	 * @returns {Promise<object[]>} what each answered, or MethodError
	 */
	async call(...calls) {
		const methodCalls = calls.map(([name, args], i) => [name, { accountId: this.accountId, ...args }, `${i}`]);
		const answer = await this.#fetch(this.#url(this.#session.apiUrl), {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ using: USING, methodCalls }),
		});
		const { methodResponses } = await answer.json();

		return methodResponses.map(([name, result, i]) => {
			if (name === "error") throw new MethodError(calls[i][0], result);
			return result;
		});
	}

	/** @returns {Promise<Blob>} */
	async download(blobId, type = "application/octet-stream", name = "file") {
		const url = this.#url(this.#session.downloadUrl, { accountId: this.accountId, blobId, type, name });
		const octets = await (await this.#fetch(url)).arrayBuffer();

		return new Blob([octets], { type });
	}

	/** @returns {Promise<ReadableStream>} of events about these types */
	async events(types, signal) {
		const url = this.#url(this.#session.eventSourceUrl, { types, closeafter: "no", ping: "30" });

		return (await this.#fetch(url, { headers: { Accept: "text/event-stream" }, signal })).body;
	}
}

/** An argument that an earlier call of the same request answers (RFC 8620 3.7). */
export function resultOf(index, name, path) {
	return { resultOf: `${index}`, name, path };
}
