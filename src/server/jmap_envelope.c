#include "server/jmap_envelope.h"

#include "base/utf8.h"
#include "policy/header_section.h"
#include "smtp/data.h"
#include "smtp/dsn.h"
#include "smtp/limits.h"
#include "store/incoming.h"

/* ---- what was asked for ---- */

static slice at_or_empty(const slice *list, uint32_t i)
{
	return list ? list[i] : S("");
}

static bool copy_recipient(const struct jmap_mail *m, uint32_t i, struct arena *arena,
			   struct smtp_client_rcpt *ret)
{
	(void)dsn_take_notify(at_or_empty(m->notify, i), &ret->notify);
	return arena_copy(arena, m->recipients[i], &ret->forward_path) &&
	       arena_copy(arena, at_or_empty(m->originals, i), &ret->orcpt);
}

static bool copy_recipients(const struct jmap_mail *m, struct arena *arena,
			    struct smtp_client_message *ret)
{
	uint32_t n = m->recipient_count;
	struct smtp_client_rcpt *list = arena_alloc_array(arena, n, sizeof(*list));

	if (!list || n == 0 || n > SMTP_RECIPIENTS_MAX) return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!copy_recipient(m, i, arena, &list[i])) return false;
		if (!is_ascii(list[i].forward_path)) ret->utf8 = true;
	}
	ret->recipients = list;
	ret->count = n;
	return true;
}

bool jmap_envelope_copy(const struct jmap_mail *m, struct arena *arena,
			struct smtp_client_message *ret)
{
	*ret = (struct smtp_client_message){ .utf8 = !is_ascii(m->reverse_path) };
	(void)dsn_take_return(m->ret, &ret->ret);
	return arena_copy(arena, m->reverse_path, &ret->reverse_path) &&
	       arena_copy(arena, m->envelope_id, &ret->envelope_id) &&
	       arena_copy(arena, m->hold, &ret->hold) && copy_recipients(m, arena, ret);
}

/* ---- what the content needs ---- */

/* What has line ends of its own goes as it is, or not at all (smtp/data.h). */
static void scan_piece(slice piece, struct data_scanner *d,
		       struct smtp_client_message *ret)
{
	slice part;

	if (!is_ascii(piece)) ret->eight_bit = true;
	while (data_scanner_take(d, &piece, &part))
		continue;
}

static bool scan_content(const struct incoming *m, char piece[static SMTP_PIECE_MAX],
			 struct smtp_client_message *ret)
{
	struct data_scanner d = { .is_verbatim = true };
	uint64_t size = incoming_size(m);

	for (uint64_t at = 0; at < size; at += SMTP_PIECE_MAX) {
		size_t n = size - at < SMTP_PIECE_MAX ? (size_t)(size - at)
						      : (size_t)SMTP_PIECE_MAX;

		if (!incoming_read(m, at, piece, n)) return false;
		scan_piece((slice){ piece, n }, &d, ret);
	}
	data_scanner_end(&d);
	ret->size = size;
	ret->binary = d.faults;
	return size > 0;
}

/* RFC 6532 */
static bool has_utf8_header(const struct incoming *m)
{
	struct arena arena;
	slice header;
	uint64_t body;
	bool has;

	arena_init(&arena, 2 * MIME_ARENA_MAX);
	has = header_section_read(m, &arena, &header, &body) && !is_ascii(header);
	arena_done(&arena);
	return has;
}

bool jmap_envelope_scan(const struct incoming *content, struct smtp_client_message *ret)
{
	struct buf piece;
	char *room;
	bool good;

	buf_init(&piece, SMTP_PIECE_MAX);
	room = buf_reserve(&piece, SMTP_PIECE_MAX);
	good = room && scan_content(content, room, ret);
	buf_done(&piece);
	if (good && has_utf8_header(content)) ret->utf8 = true;
	return good;
}
