#include "message/structure.h"

#include "message/header_text.h"
#include "message/mime_token.h"
#include "message/parameter.h"
#include "message/structure_writer.h"

enum { FIELD_ARENA_MAX = 1024 * 1024 }; /* octets: for the parameters of one field */

struct writer {
	struct buf *out;
	struct arena arena; /* what one field needs */
	bool extended;      /* BODYSTRUCTURE, not BODY */
};

/* A parameter list as it stands in the field: undoing RFC 2231 is left to the client. */
static void write_parameters(struct writer *w, slice list)
{
	const struct mime_parameter *p = NULL;
	uint32_t count = 0;

	arena_reset(&w->arena);
	if (!parameter_list_raw(list, &w->arena, &p, &count) || count == 0) {
		buf_add(w->out, S("NIL"));
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		buf_add_char(w->out, i ? ' ' : '(');
		nstring_write(p[i].name, true, w->out);
		buf_add_char(w->out, ' ');
		nstring_write(p[i].value, true, w->out);
	}
	buf_add_char(w->out, ')');
}

static void write_type_parameters(struct writer *w, const struct mime_part *part)
{
	const struct header_field *f = mime_find_field(part, S("Content-Type"));
	slice type, subtype, rest = f ? f->value : S("");

	if (take_media_type(&rest, &type, &subtype))
		write_parameters(w, rest);
	else if (slice_eq_nocase(part->type, S("text")))
		buf_add(w->out, S("(\"charset\" \"us-ascii\")")); /* RFC 2045 5.2 */
	else
		buf_add(w->out, S("NIL"));
}

static void write_disposition(struct writer *w, const struct mime_part *part)
{
	const struct header_field *f = mime_find_field(part, S("Content-Disposition"));
	slice type, rest = f ? f->value : S("");

	if (!take_mime_token(&rest, &type)) {
		buf_add(w->out, S("NIL"));
		return;
	}
	buf_add_char(w->out, '(');
	nstring_write(type, true, w->out);
	buf_add_char(w->out, ' ');
	write_parameters(w, rest);
	buf_add_char(w->out, ')');
}

/* Language tags between commas (RFC 3282 2), as a list. */
static void write_language(struct writer *w, const struct mime_part *part)
{
	const struct header_field *f = mime_find_field(part, S("Content-Language"));
	slice tag, rest = f ? f->value : S("");
	uint32_t count = 0;

	while (take_mime_token(&rest, &tag)) {
		buf_add_char(w->out, count++ ? ' ' : '(');
		nstring_write(tag, true, w->out);
		skip_cfws(&rest);
		if (!take_char(&rest, ',')) break;
	}
	buf_add(w->out, count ? S(")") : S("NIL"));
}

static void add_without_space(slice text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_header_space(text.p[i])) buf_add_char(out, text.p[i]);
}

/* What stands up to the next white space. */
static slice take_run(slice *in)
{
	slice run = { in->p, 0 };

	while (run.n < in->n && !is_header_space(in->p[run.n]))
		run.n++;
	*in = slice_skip(*in, run.n);
	return run;
}

/* A URI, without the comments around it and without the quotes and the white space that a
 * long one is broken up by (RFC 2557 4.2, 4.4.1). */
static void write_location(struct writer *w, const struct mime_part *part)
{
	const struct header_field *f = mime_find_field(part, S("Content-Location"));
	slice quoted, rest = f ? f->value : S("");
	struct buf uri;

	buf_init(&uri, rest.n);
	for (skip_cfws(&rest); rest.n; skip_cfws(&rest)) {
		bool is_quoted = take_quoted(&rest, &quoted);

		add_without_space(is_quoted ? quoted : take_run(&rest), &uri);
	}
	nstring_write(buf_slice(&uri), f != NULL, w->out);
	buf_done(&uri);
}

/* disposition, language and location: what both kinds of extension data end with */
static void write_extension(struct writer *w, const struct mime_part *part)
{
	buf_add_char(w->out, ' ');
	write_disposition(w, part);
	buf_add_char(w->out, ' ');
	write_language(w, part);
	buf_add_char(w->out, ' ');
	write_location(w, part);
}

/* body-fields (RFC 9051 9) */
static void write_fields(struct writer *w, const struct mime_part *part)
{
	bool encoded = part->encoding_name.n > 0;

	write_type_parameters(w, part);
	buf_add_char(w->out, ' ');
	field_nstring_write(part, S("Content-ID"), w->out);
	buf_add_char(w->out, ' ');
	field_nstring_write(part, S("Content-Description"), w->out);
	buf_add_char(w->out, ' ');
	nstring_write(encoded ? part->encoding_name : S("7bit"), true, w->out);
	buf_add_char(w->out, ' ');
	buf_add_u64(w->out, part->end - part->body_start);
}

/* The grammar has no multipart without parts: one that is empty shows one empty part. */
static void write_no_parts(struct writer *w)
{
	buf_add(w->out, S("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)"));
}

/* All of a part that comes before the parts in it. */
static void open_part(struct writer *w, const struct mime_part *part)
{
	buf_add_char(w->out, '(');
	if (part->kind == MIME_MULTIPART) return;
	nstring_write(part->type, true, w->out);
	buf_add_char(w->out, ' ');
	nstring_write(part->subtype, true, w->out);
	buf_add_char(w->out, ' ');
	write_fields(w, part);
	if (part->kind != MIME_MESSAGE) return;
	buf_add_char(w->out, ' ');
	envelope_write(part + 1, w->out);
	buf_add_char(w->out, ' ');
}

static void close_multipart(struct writer *w, const struct mime_part *part)
{
	buf_add_char(w->out, ' ');
	nstring_write(part->subtype, true, w->out);
	if (w->extended) {
		buf_add_char(w->out, ' ');
		write_type_parameters(w, part);
		write_extension(w, part);
	}
	buf_add_char(w->out, ')');
}

static void close_single(struct writer *w, const struct mime_part *part)
{
	if (part->kind == MIME_MESSAGE || slice_eq_nocase(part->type, S("text"))) {
		buf_add_char(w->out, ' ');
		buf_add_u64(w->out, part->body_lines);
	}
	if (w->extended) {
		buf_add_char(w->out, ' ');
		field_nstring_write(part, S("Content-MD5"), w->out);
		write_extension(w, part);
	}
	buf_add_char(w->out, ')');
}

static void close_part(struct writer *w, const struct mime_part *part)
{
	if (part->kind == MIME_MULTIPART)
		close_multipart(w, part);
	else
		close_single(w, part);
}

/* Parts lie in pre-order: behind each one, those that end with it are closed. */
static bool write_parts(const struct mime *m, bool extended, struct buf *out)
{
	struct writer w = { .out = out, .extended = extended };

	arena_init(&w.arena, FIELD_ARENA_MAX);
	for (uint32_t i = 0; i < m->part_count && !out->overflow; i++) {
		const struct mime_part *part = &m->parts[i];

		open_part(&w, part);
		if (part->kind == MIME_MULTIPART && part->end_index == i + 1)
			write_no_parts(&w);
		while (part->end_index == i + 1) {
			close_part(&w, part);
			if (part == m->parts) break;
			part = &m->parts[part->parent];
		}
	}
	arena_done(&w.arena);
	return !out->overflow;
}

bool body_structure_write(const struct mime *m, struct buf *out)
{
	return write_parts(m, true, out);
}

bool body_write(const struct mime *m, struct buf *out)
{
	return write_parts(m, false, out);
}
