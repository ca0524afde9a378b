/** What is shown of addresses, dates and sizes. Functions of their arguments only. */

/** @typedef {{name: ?string, email: string}} Address */

/** "Jo <jo@example.test>" @param {Address} address */
export function addressText({ name, email }) {
	return name ? `${name} <${email}>` : email;
}

/** @param {?Address[]} list */
export function addressesText(list) {
	return (list ?? []).map(addressText).join(", ");
}

/** The first name and how many more there are: "Jo +2". @param {?Address[]} list */
export function addressesShort(list) {
	if (!list?.length) return "";
	const first = list[0].name || list[0].email;

	return list.length > 1 ? `${first} +${list.length - 1}` : first;
}

function isSameDay(a, b) {
	return a.toDateString() === b.toDateString();
}

/** Today the time, this year the day, else the date. */
export function dateShort(iso, now = new Date(), locale = undefined) {
	const date = new Date(iso);

	if (Number.isNaN(date.getTime())) return "";
	if (isSameDay(date, now)) return date.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
	if (date.getFullYear() === now.getFullYear())
		return date.toLocaleDateString(locale, { day: "numeric", month: "short" });
	return date.toLocaleDateString(locale, { year: "numeric", month: "2-digit", day: "2-digit" });
}

export function dateLong(iso, locale = undefined) {
	const date = new Date(iso);

	if (Number.isNaN(date.getTime())) return "";
	return date.toLocaleString(locale, { dateStyle: "full", timeStyle: "medium" });
}

/** "812 B", "1.4 kB", "23 MB" */
export function sizeText(octets) {
	const units = ["B", "kB", "MB", "GB"];
	let at = 0;

	while (octets >= 999.5 && at < units.length - 1) {
		octets /= 1000;
		at++;
	}
	return `${at && octets < 9.95 ? octets.toFixed(1) : Math.round(octets)} ${units[at]}`;
}

export function subjectText(subject) {
	return subject?.trim() || "(no subject)";
}

/** The window's title. */
export function titleText(unread, mailbox) {
	return `${unread ? `(${unread}) ` : ""}${mailbox ? `${mailbox} – ` : ""}Postroom`;
}

export function countText(n, one, many) {
	return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** A name for the file of a mail or a part of it. */
export function fileName(name, fallback) {
	const plain = (name ?? "").replace(/[\u0000-\u001f\u007f/\\:*?"<>|]+/g, " ").slice(0, 120);

	return plain.replace(/^[. ]+| +$/g, "") || fallback;
}
