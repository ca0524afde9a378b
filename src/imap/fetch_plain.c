#include "imap/fetch_plain.h"

#include "base/date.h"
#include "imap/structure_short.h"
#include "imap/writer.h"
#include "store/object_id.h"

static void write_uid(const struct fetch_row *r, struct buf *out)
{
	buf_add_u64(out, r->message->uid);
}

static void write_flags(const struct fetch_row *r, struct buf *out)
{
	buf_add_char(out, '(');
	flags_write(out, r->flags, r->is_recent, r->names);
	buf_add_char(out, ')');
}

static void write_internal_date(const struct fetch_row *r, struct buf *out)
{
	const struct message *m = r->message;

	buf_add_char(out, '"');
	date_add_imap(out, (struct date){ m->received, m->received_zone });
	buf_add_char(out, '"');
}

static void write_size(const struct fetch_row *r, struct buf *out)
{
	buf_add_u64(out, r->message->size);
}

static void write_modseq(const struct fetch_row *r, struct buf *out)
{
	buf_add_char(out, '(');
	buf_add_u64(out, r->message->modseq);
	buf_add_char(out, ')');
}

static void write_object(const struct fetch_row *r, enum object_kind kind, int64_t id,
			 struct buf *out)
{
	buf_add_char(out, '(');
	object_id_write(kind, r->account, id, out);
	buf_add_char(out, ')');
}

static void write_email_id(const struct fetch_row *r, struct buf *out)
{
	write_object(r, OBJECT_EMAIL, r->message->email, out);
}

static void write_thread_id(const struct fetch_row *r, struct buf *out)
{
	write_object(r, OBJECT_THREAD, r->message->thread, out);
}

static void write_save_date(const struct fetch_row *r, struct buf *out)
{
	buf_add_char(out, '"');
	date_add_imap(out, (struct date){ .instant = r->message->saved });
	buf_add_char(out, '"');
}

static void write_preview(const struct fetch_row *r, struct buf *out)
{
	write_string(out, r->message->preview, false);
}

/* None is kept of a message whose header is beyond all measure (message/summary.h). */
static void write_envelope(const struct fetch_row *r, struct buf *out)
{
	slice envelope = r->message->envelope;

	buf_add(out,
		envelope.n ? envelope : S("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"));
}

static void write_body(const struct fetch_row *r, struct buf *out)
{
	structure_shorten(r->message->body_structure, out);
}

static void write_body_structure(const struct fetch_row *r, struct buf *out)
{
	buf_add(out, r->message->body_structure);
}

static const struct {
	slice name; /* with the space behind it */
	unsigned columns;
	void (*write)(const struct fetch_row *, struct buf *);
} items[FETCH_ITEMS] = {
	[FETCH_UID] = { SLICE_INIT("UID "), 0, write_uid },
	[FETCH_FLAGS] = { SLICE_INIT("FLAGS "), 0, write_flags },
	[FETCH_INTERNALDATE] = { SLICE_INIT("INTERNALDATE "), COLUMN_DATES,
				 write_internal_date },
	[FETCH_SIZE] = { SLICE_INIT("RFC822.SIZE "), 0, write_size },
	[FETCH_MODSEQ] = { SLICE_INIT("MODSEQ "), 0, write_modseq },
	[FETCH_EMAILID] = { SLICE_INIT("EMAILID "), 0, write_email_id },
	[FETCH_THREADID] = { SLICE_INIT("THREADID "), COLUMN_DATES, write_thread_id },
	[FETCH_SAVEDATE] = { SLICE_INIT("SAVEDATE "), 0, write_save_date },
	[FETCH_PREVIEW] = { SLICE_INIT("PREVIEW "), COLUMN_PREVIEW, write_preview },
	[FETCH_ENVELOPE] = { SLICE_INIT("ENVELOPE "), COLUMN_ENVELOPE, write_envelope },
	[FETCH_BODY] = { SLICE_INIT("BODY "), COLUMN_STRUCTURE, write_body },
	[FETCH_BODYSTRUCTURE] = { SLICE_INIT("BODYSTRUCTURE "), COLUMN_STRUCTURE,
				  write_body_structure },
};

unsigned fetch_plain_columns(const struct fetch_items *f)
{
	unsigned columns = 0;

	for (uint32_t i = 0; i < f->plain_count; i++)
		columns |= items[f->plain[i]].columns;
	return columns;
}

void fetch_plain_write(enum fetch_item item, const struct fetch_row *row, struct buf *out)
{
	buf_add(out, items[item].name);
	items[item].write(row, out);
}

void fetch_row_begin(uint32_t number, uint32_t uid, struct buf *out)
{
	buf_add(out, S("* "));
	buf_add_u64(out, number ? number : uid);
	buf_add(out, number ? S(" FETCH (") : S(" UIDFETCH ("));
}

void fetch_row_write(uint32_t number, const struct fetch_items *f,
		     const struct fetch_row *row, struct buf *out)
{
	fetch_row_begin(number, row->message->uid, out);
	for (uint32_t i = 0; i < f->plain_count; i++) {
		if (i) buf_add_char(out, ' ');
		fetch_plain_write(f->plain[i], row, out);
	}
	buf_add(out, S(")\r\n"));
}

struct fetch_items fetch_change_items(bool with_uid, bool with_flags, bool condstore)
{
	struct fetch_items f = { 0 };

	if (with_uid || condstore) fetch_items_put_last(&f, FETCH_UID);
	if (with_flags) fetch_items_put_last(&f, FETCH_FLAGS);
	if (condstore) fetch_items_put_last(&f, FETCH_MODSEQ);
	return f;
}
