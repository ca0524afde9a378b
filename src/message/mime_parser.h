/*
 * mime_parser.h - inside the MIME parser: shared by mime*.c and their test, by nobody
 * else
 *
 * The parser has two states. In MIME_IN_HEADER lines are kept and belong to the
 * header section of the innermost open part; in MIME_IN_BODY they are only counted.
 * A boundary line of any open multipart closes all parts within that multipart
 * (mime_tree.c) and, unless it is the closing one, opens the next part.
 *
 *     open_part ----> IN_HEADER --empty line--> IN_BODY       (leaf, multipart)
 *                        ^                         |
 *                        +---- message/rfc822 -----+---- boundary line
 *
 * While a part is open, header_lines holds the number of lines before its header
 * section and body_lines the number before its body; closing turns both into counts.
 */
#pragma once

#include "message/mime.h"

enum {
	LINE_HEAD_MAX = 1000, /* octets of a line that are looked at: RFC 5322 2.1.1 */
	BOUNDARY_MAX = 900,   /* RFC 2046 5.1.1 says 70 */
	HEADER_FIELDS_MAX = 5000, /* of one section; the rest is skipped */
};

enum mime_state { MIME_IN_HEADER, MIME_IN_BODY };

/* A position in the message: an octet offset and the line ends before it. */
struct mime_mark {
	uint64_t offset;
	uint32_t lines;
};

/* A line that has ended. Text is without the line end, at most LINE_HEAD_MAX. */
struct mime_line {
	slice text;
	struct mime_mark start, next;
	bool cut; /* longer than text */
};

struct mime_boundary {
	slice text;
	uint32_t hash; /* of text: most lines are told apart by it */
	uint32_t part; /* the multipart it delimits */
};

/* The header section being read: whole lines only, up to MIME_HEADER_MAX octets. */
struct mime_section {
	char *bytes;
	size_t n, cap;
	size_t whole;           /* octets that are whole lines */
	bool cut;               /* there was more than is held */
	bool has_line;          /* a line of this section has ended */
	bool has_field;         /* one of them was a field */
	bool has_stray;         /* a line that is no field came behind the last one */
	struct mime_mark stray; /* where that line begins */
};

struct mime_parser {
	struct arena *arena;
	struct mime *result;
	enum mime_state state;

	struct mime_part *parts;
	uint32_t part_count, part_cap;
	uint32_t current;                                    /* the innermost open part */
	struct mime_boundary boundaries[MIME_DEPTH_MAX + 1]; /* outermost first */
	uint32_t boundary_count;

	struct mime_section section;

	struct mime_mark at; /* behind the octets consumed */
	uint64_t line_n;     /* octets of the unfinished line */
	char line_head[LINE_HEAD_MAX];
	size_t line_head_n;     /* the beginning of the unfinished line */
	bool last_cr;           /* the last octet consumed was a CR */
	unsigned last_line_end; /* octets of the line end before the current line */

	uint64_t work; /* steps taken; the tests assert that they grow linearly */
};

/* mime_scan.c: the last line, and the header section it may have been in. */
void mime_parser_end_input(struct mime_parser *p);

/* mime_header.c */

/* Keeps a fragment of the section; line_ended when it ends with a line end. */
void mime_section_add(struct mime_parser *p, slice fragment, bool line_ended);
void mime_section_reset(struct mime_section *s);
/* Fills in part->fields from the section's first n octets. */
void mime_read_fields(struct mime_parser *p, struct mime_part *part, size_t n);

/* mime_type.c: kind, type, parameters, encoding and disposition from part->fields.
 * room: there is room for an inner message. */
void mime_read_content_fields(struct mime_parser *p, struct mime_part *part, bool room);
/* Empty when the part names none. */
slice mime_boundary_of(const struct mime_part *part);

/* mime_tree.c */

/* Makes room for one more part; false past the limits. Moves the parts. */
bool mime_can_open(struct mime_parser *p);
/* Opens a part, for which mime_can_open was true, within parent. */
void mime_open_part(struct mime_parser *p, uint32_t parent, struct mime_mark at);
/* Ends the current part's header section; body is where its body begins. A
 * message/rfc822 opens its inner message there and is in a header again. */
void mime_end_header(struct mime_parser *p, struct mime_mark body);
/* The same for a body that has no header section of its own: inner messages too. */
void mime_end_headers(struct mime_parser *p, struct mime_mark body);
/* Takes line as a boundary line of an open multipart; false when it is none. */
bool mime_take_boundary(struct mime_parser *p, const struct mime_line *line);
void mime_close_all(struct mime_parser *p);
