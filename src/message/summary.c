#include "message/summary.h"

#include "base/date.h"
#include "base/utf8.h"
#include "message/encoded_word.h"
#include "message/header_text.h"
#include "message/part_fields.h"
#include "message/part_map.h"
#include "message/preview.h"
#include "message/structure.h"
#include "message/text.h"

enum {
	WORK_ARENA_MAX = 8 * 1024 * 1024, /* octets: what one field is parsed in */
	PART_MAP_MAX = 2 * 1024 * 1024, /* octets: above what MIME_PARTS_MAX parts need */
	TEXT_MAX =
		MIME_HEADER_MAX * TEXT_GROWTH_MAX, /* octets of a decoded field, uncut */
	PREVIEW_OCTETS_MAX = PREVIEW_MAX * 4,
};

struct maker {
	const struct mime_part *root;
	struct arena *arena; /* the summary's */
	struct arena work;
	struct buf raw;  /* not all UTF-8 yet */
	struct buf text; /* emptied into the arena after each field */
	bool full;       /* the summary's arena is */
};

static slice keep(struct maker *w, slice bytes)
{
	slice kept = S("");

	if (!arena_copy(w->arena, bytes, &kept)) w->full = true;
	return kept;
}

/* What was written to w->text, cut between characters. */
static slice keep_text(struct maker *w)
{
	slice kept = keep(w, utf8_head(buf_slice(&w->text), SUMMARY_TEXT_MAX));

	buf_reset(&w->text);
	arena_reset(&w->work);
	return kept;
}

static slice decoded_field(struct maker *w, slice name)
{
	const struct header_field *f = mime_find_field(w->root, name);

	if (f) encoded_word_decode(slice_trim(f->value), &w->text);
	return keep_text(w);
}

static slice decoded_name(struct maker *w, slice name)
{
	slice kept = name;
	struct buf decoded;

	buf_init(&decoded, name.n * TEXT_GROWTH_MAX);
	encoded_word_decode(name, &decoded);
	if (!arena_copy(&w->work, buf_slice(&decoded), &kept)) kept = S("");
	buf_done(&decoded);
	return kept;
}

static slice address_field(struct maker *w, slice name)
{
	struct address_list list = part_addresses(w->root, name, &w->work);
	struct address *decoded =
		arena_alloc_array(&w->work, list.count, sizeof(*decoded));

	if (!decoded) list.count = 0;
	for (uint32_t i = 0; i < list.count; i++) {
		decoded[i] = list.at[i];
		decoded[i].name = decoded_name(w, list.at[i].name);
	}
	buf_reset(&w->raw);
	address_list_write(decoded, list.count, &w->raw);
	text_decode_unlabelled(buf_slice(&w->raw), &w->text);
	return keep_text(w);
}

struct id_list {
	const slice *at;
	uint32_t count;
};

static struct id_list ids_of(struct maker *w, slice name)
{
	const struct header_field *f = mime_find_field(w->root, name);
	struct id_list list = { 0 };

	if (f && !message_ids_parse(f->value, &w->work, &list.at, &list.count))
		list.count = 0;
	return list;
}

static bool has_id(struct id_list list, slice id)
{
	for (uint32_t i = 0; i < list.count; i++)
		if (slice_eq(list.at[i], id)) return true;
	return false;
}

/* Appends the ids of list that are not in known; mark stands before the first. */
static void write_ids(struct maker *w, struct id_list list, struct id_list known,
		      slice mark)
{
	for (uint32_t i = 0; i < list.count; i++) {
		if (has_id(known, list.at[i])) continue;
		buf_add(&w->text, mark);
		text_decode_unlabelled(list.at[i], &w->text);
		mark = S(" ");
	}
}

static slice message_id(struct maker *w)
{
	struct id_list ids = ids_of(w, S("Message-ID"));

	if (ids.count > 1) ids.count = 1;
	write_ids(w, ids, (struct id_list){ 0 }, S(""));
	return keep_text(w);
}

/* References grows at its end; what In-Reply-To alone names is the newest. */
static slice references(struct maker *w)
{
	struct id_list references = ids_of(w, S("References"));

	write_ids(w, references, (struct id_list){ 0 }, S(""));
	write_ids(w, ids_of(w, S("In-Reply-To")), references, S("\t"));
	return keep_text(w);
}

bool take_reference(slice *references, slice *ret, bool *ret_is_reply_to)
{
	slice in = *references;
	size_t n = 0;

	*ret_is_reply_to = slice_starts(in, S("\t"));
	if (!take_char(&in, '\t')) (void)take_char(&in, ' ');
	while (n < in.n && in.p[n] != ' ' && in.p[n] != '\t')
		n++;
	*ret = slice_head(in, n);
	*references = slice_skip(in, n);
	return n;
}

static void read_date(struct maker *w, struct summary *ret)
{
	const struct header_field *f = mime_find_field(w->root, S("Date"));
	struct date date;
	slice text;

	ret->sent = SENT_UNKNOWN;
	if (!f || !header_uncomment(f->value, &w->work, &text) ||
	    !date_parse_rfc5322(text, &date))
		return;
	ret->sent = date.instant;
	ret->sent_zone = date.zone_minutes;
}

static slice envelope(struct maker *w)
{
	struct buf out;
	slice kept;

	buf_init(&out, ENVELOPE_MAX);
	if (envelope_write(w->root, &out))
		kept = keep(w, buf_slice(&out));
	else
		kept = S("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
	buf_done(&out);
	return kept;
}

static slice body_structure(struct maker *w, const struct mime *m)
{
	struct buf out;
	slice kept;

	buf_init(&out, BODY_STRUCTURE_MAX);
	if (!body_structure_write(m, &out)) {
		buf_reset(&out);
		buf_add(&out,
			S("(\"application\" \"octet-stream\" NIL NIL NIL \"8bit\" "));
		buf_add_u64(&out, w->root->end - w->root->body_start);
		buf_add(&out, S(" NIL NIL NIL NIL)"));
	}
	kept = keep(w, buf_slice(&out));
	buf_done(&out);
	return kept;
}

static slice part_map(struct maker *w, const struct mime *m)
{
	struct buf out;
	slice kept;

	buf_init(&out, PART_MAP_MAX);
	part_map_pack(m, &out);
	kept = keep(w, buf_slice(&out));
	buf_done(&out);
	return kept;
}

static void read_body(struct maker *w, const struct mime *m, message_reader *read,
		      void *source, struct summary *ret)
{
	struct body_lists lists;
	struct buf out;

	if (!body_lists_make(m, &w->work, &lists)) return;
	ret->has_attachment = body_lists_have_attachment(m, &lists);
	buf_init(&out, PREVIEW_OCTETS_MAX);
	preview_write(m, &lists, read, source, &out);
	ret->preview = keep(w, buf_slice(&out));
	buf_done(&out);
}

static void read_header(struct maker *w, struct summary *ret)
{
	read_date(w, ret);
	ret->subject = decoded_field(w, S("Subject"));
	ret->from = address_field(w, S("From"));
	ret->to = address_field(w, S("To"));
	ret->cc = address_field(w, S("Cc"));
	ret->bcc = address_field(w, S("Bcc"));
	ret->sender = address_field(w, S("Sender"));
	ret->reply_to = address_field(w, S("Reply-To"));
	ret->message_id = message_id(w);
	ret->references = references(w);
}

bool summary_make(const struct mime *m, message_reader *read, void *source,
		  struct arena *arena, struct summary *ret)
{
	struct maker w = { .root = &m->parts[0], .arena = arena };
	struct summary made = { .size = m->size };

	arena_init(&w.work, WORK_ARENA_MAX);
	buf_init(&w.raw, TEXT_MAX);
	buf_init(&w.text, TEXT_MAX);
	made.envelope = envelope(&w);
	made.body_structure = body_structure(&w, m);
	made.parts = part_map(&w, m);
	read_header(&w, &made);
	read_body(&w, m, read, source, &made);
	buf_done(&w.text);
	buf_done(&w.raw);
	arena_done(&w.work);
	if (!w.full) *ret = made;
	return !w.full;
}
