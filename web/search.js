/** The search field's words as a filter of Email/query (RFC 8621 4.4.1). */

const WORD = /(?:(\w+):)?(?:"([^"]*)"?|(\S+))/g;
const FIELDS = ["from", "to", "cc", "bcc", "subject", "body"];

/** A word with a colon whose name says nothing here is a word like any other. */
function conditionOf(name, value) {
	if (FIELDS.includes(name)) return { [name]: value };
	if (name === "is" && value === "unread") return { notKeyword: "$seen" };
	if (name === "is" && value === "read") return { hasKeyword: "$seen" };
	if (name === "has" && value.startsWith("attach")) return { hasAttachment: true };
	return { text: name ? `${name}:${value}` : value };
}

/** from:jo subject:"two words" is:unread rest @returns {object[]} conditions, all of which are to hold */
export function conditionsOf(text) {
	return [...text.matchAll(WORD)]
		.map(([, name, quoted, plain]) => [name?.toLowerCase(), quoted ?? plain])
		.filter(([, value]) => value)
		.map(([name, value]) => conditionOf(name, value));
}

/** The filter for a mailbox and what is searched in it. */
export function filterOf(mailbox, text) {
	const conditions = [...(mailbox ? [{ inMailbox: mailbox }] : []), ...conditionsOf(text)];

	if (conditions.length < 2) return conditions[0] ?? null;
	return { operator: "AND", conditions };
}
