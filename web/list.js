/** The list: as high as all mails, with elements only for those in sight. */

import { find } from "./dom.js";
import { rowOf } from "./row.js";

const SPARE = 8; // rows above and below those in sight

export class List {
	#box = find(".list");
	#space = find(".list .rows");
	#rows = new Map(); // place -> element
	#height = 0;
	#total = 0;
	chosen = -1;
	chosenId = null;

	/**
	 * @param {import("./pages.js").Pages} pages
	 * @param {(place: number) => void} choose is called when a mail is clicked
	 */
	constructor(pages, choose) {
		this.pages = pages;
		this.#box.addEventListener("scroll", () => this.draw(), { passive: true });
		this.#space.addEventListener("click", (event) => {
			const row = event.target.closest(".row");

			if (row?.email) choose(this.pages.placeOf(row.email.id));
		});
		new ResizeObserver(() => this.draw()).observe(this.#box);
	}

	/** The height of a row is the style sheet's. */
	#measure() {
		this.#height = parseFloat(getComputedStyle(this.#box).getPropertyValue("--row-height"));
	}

	#inSight() {
		const first = Math.floor(this.#box.scrollTop / this.#height) - SPARE;
		const count = Math.ceil(this.#box.clientHeight / this.#height) + 2 * SPARE;

		return [Math.max(0, first), Math.min(this.pages.total, Math.max(0, first) + count) - 1];
	}

	/** Who has scrolled down goes on reading the same rows when mail comes in above. */
	#keepPlace() {
		const added = this.pages.total - this.#total;

		this.#total = this.pages.total;
		this.#space.style.height = `${this.#total * this.#height}px`;
		if (added > 0 && this.#box.scrollTop > this.#height) this.#box.scrollTop += added * this.#height;
	}

	draw() {
		this.#measure();
		if (this.#total !== this.pages.total) this.#keepPlace();
		const [first, last] = this.#inSight();

		this.pages.want(first, last);
		for (const [place, row] of this.#rows) if (place < first || place > last) this.#drop(place, row);
		for (let place = first; place <= last; place++) this.#drawRow(place);
		this.#markChosen();
	}

	#drop(place, row) {
		row.remove();
		this.#rows.delete(place);
	}

	#drawRow(place) {
		const email = this.pages.at(place), old = this.#rows.get(place);

		if (old && old.email === email && old.total === this.pages.total) return;
		const row = rowOf(email, place, this.pages.total);

		row.total = this.pages.total;
		row.style.transform = `translateY(${place * this.#height}px)`;
		if (old) old.replaceWith(row);
		else this.#space.append(row);
		this.#rows.set(place, row);
	}

	#markChosen() {
		const place = this.chosenId ? this.pages.placeOf(this.chosenId) : -1;

		if (place >= 0) this.chosen = place;
		for (const [at, row] of this.#rows) row.setAttribute("aria-selected", String(at === place));
		if (place >= 0 && this.#rows.has(place)) this.#box.setAttribute("aria-activedescendant", `row-${place}`);
		else this.#box.removeAttribute("aria-activedescendant");
	}

	/** Marks it and brings it into sight. */
	choose(place, id) {
		this.chosen = place;
		this.chosenId = id;
		if (place >= 0) this.#reveal(place);
		this.draw();
	}

	#reveal(place) {
		const top = place * this.#height, bottom = top + this.#height;
		const box = this.#box;

		if (top < box.scrollTop) box.scrollTop = top;
		else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
	}

	toTop() {
		this.#box.scrollTop = 0;
		this.#total = 0;
	}

	focus() {
		this.#box.focus({ preventScroll: true });
	}
}
