/** What is done to mails. */

import { resultOf } from "./jmap.js";

/** Says what went wrong with any of them. */
function check({ notUpdated, notDestroyed }) {
	const [first] = Object.values({ ...notUpdated, ...notDestroyed });

	if (first && first.type !== "notFound") throw new Error(first.description || first.type);
}

export async function setSeen(jmap, id, isSeen) {
	const update = { [id]: { "keywords/$seen": isSeen || null } };

	check((await jmap.call(["Email/set", { update }]))[0]);
}

export async function destroy(jmap, id) {
	check((await jmap.call(["Email/set", { destroy: [id] }]))[0]);
}

export async function moveTo(jmap, id, mailbox) {
	check((await jmap.call(["Email/set", { update: { [id]: { mailboxIds: { [mailbox]: true } } } }]))[0]);
}

/** Makes the mailbox that has what was deleted. @returns {Promise<string>} its id */
export async function makeTrash(jmap) {
	const [{ created, notCreated }] = await jmap.call(["Mailbox/set",
		{ create: { trash: { name: "Trash", role: "trash" } } }]);

	check({ notUpdated: notCreated });
	return created.trash.id;
}

/** All that is shown, however many they are. @param {import("./pages.js").Pages} pages */
export async function destroyAll(jmap, pages) {
	for (;;) {
		const [{ ids }, set] = await jmap.call(["Email/query", pages.queryOf({ limit: jmap.setMax })],
			["Email/set", { "#destroy": resultOf(0, "Email/query", "/ids") }]);

		check(set);
		if (!ids.length || !set.destroyed?.length) return;
	}
}

/** The same of marking them as read. */
export async function markAllSeen(jmap, pages) {
	const { filter } = pages.queryOf({});
	const unread = { operator: "AND", conditions: [...(filter ? [filter] : []), { notKeyword: "$seen" }] };

	for (;;) {
		const [{ ids }] = await jmap.call(["Email/query", { filter: unread, limit: jmap.setMax }]);

		if (!ids.length) return;
		const update = Object.fromEntries(ids.map((id) => [id, { "keywords/$seen": true }]));

		check((await jmap.call(["Email/set", { update }]))[0]);
	}
}
