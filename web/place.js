/** Where the page is, as the part of its address behind "#": to be pasted, and to go back to. */

const KEYS = ["mailbox", "search", "mail", "tab"];

/** @returns {{mailbox?: string, search?: string, mail?: string, tab?: string}} */
export function readPlace(hash) {
	const given = new URLSearchParams(hash.replace(/^#/, ""));

	return Object.fromEntries(KEYS.filter((key) => given.get(key)).map((key) => [key, given.get(key)]));
}

export function placeText(place) {
	return `#${new URLSearchParams(KEYS.filter((key) => place[key]).map((key) => [key, place[key]]))}`;
}

/** @param {boolean} isStep whether "back" leads to where the page is now */
export function goTo(place, isStep) {
	const text = placeText(place);

	if (text === location.hash) return;
	if (isStep) history.pushState(null, "", text);
	else history.replaceState(null, "", text);
}
