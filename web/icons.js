/** Line drawings on a field of 16 by 16. */
export const paths = {
	attachment: "M13 7.5 7.8 12.7a3 3 0 0 1-4.3-4.3l5.6-5.6a2 2 0 0 1 2.9 2.9L6.5 11.2a1 1 0 0 1-1.4-1.4L9.9 5",
	back: "M10 3 5 8l5 5",
	check: "M3 8.5 6.5 12 13 4.5",
	connect: "M6 2v3M10 2v3M4 5h8v3a4 4 0 0 1-8 0zM8 12v2.5",
	copy: "M6 6h7v7.5H6zM3.5 10.5V2.5H10",
	download: "M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10",
	image: "M2.5 3h11v10h-11zM2.5 11l3-3 2.5 2.5L10.5 8l3 3M6 6h.01",
	leave: "M6 3H3v10h3M7 8h6.5M11 5.5 13.5 8 11 10.5",
	mail: "M2 4h12v8.5H2zM2.5 4.5 8 9l5.5-4.5",
	monitor: "M2 3h12v7.5H2zM6 13.5h4",
	opened: "M2 6.5 8 2.5l6 4V13H2zM2.5 7 8 10.5 13.5 7",
	phone: "M5 2h6v12H5zM7.5 12h1",
	trash: "M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.5 9h6l.5-9M7 7v4M9 7v4",
};
