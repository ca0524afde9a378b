#include "message/part_fields.h"
#include "message/structure_writer.h"

enum {
	ENVELOPE_ARENA_MAX = 8 * 1024 * 1024
}; /* octets: for the addresses of a message */

/* (name adl mailbox host). A group is between one with its name as the mailbox and one
 * without, both with host NIL; so an address without a domain has the host ""
 * (RFC 9051 7.5.2). */
static void write_address(const struct address *a, struct buf *out)
{
	bool mailbox = a->kind == ADDRESS_MAILBOX;

	buf_add_char(out, '(');
	nstring_write(a->name, mailbox && a->has_name, out);
	buf_add_char(out, ' ');
	nstring_write(a->route, mailbox && a->route.n > 0, out);
	buf_add_char(out, ' ');
	nstring_write(mailbox ? a->local : a->name, a->kind != ADDRESS_GROUP_END, out);
	buf_add_char(out, ' ');
	nstring_write(a->domain, mailbox, out);
	buf_add_char(out, ')');
}

static void write_addresses(struct address_list list, struct buf *out)
{
	if (list.count == 0) {
		buf_add(out, S("NIL"));
		return;
	}
	buf_add_char(out, '(');
	for (uint32_t i = 0; i < list.count; i++)
		write_address(&list.at[i], out);
	buf_add_char(out, ')');
}

/* The first stands for the two that follow where these are missing or empty. */
static void write_address_fields(const struct part_address_lists *lists, struct buf *out)
{
	for (size_t i = 0; i < ADDRESS_FIELD_COUNT; i++) {
		bool defaults_to_from = i == ADDRESS_SENDER || i == ADDRESS_REPLY_TO;
		struct address_list list = lists->of[i];

		if (defaults_to_from && list.count == 0) list = lists->of[ADDRESS_FROM];
		write_addresses(list, out);
		buf_add_char(out, ' ');
	}
}

bool envelope_write_of(const struct mime_part *part,
		       const struct part_address_lists *lists, struct buf *out)
{
	buf_add_char(out, '(');
	field_nstring_write(part, S("Date"), out);
	buf_add_char(out, ' ');
	field_nstring_write(part, S("Subject"), out);
	buf_add_char(out, ' ');
	write_address_fields(lists, out);
	field_nstring_write(part, S("In-Reply-To"), out);
	buf_add_char(out, ' ');
	field_nstring_write(part, S("Message-ID"), out);
	buf_add_char(out, ')');
	return !out->overflow;
}

bool envelope_write(const struct mime_part *part, struct buf *out)
{
	struct part_address_lists lists;
	struct arena arena;
	bool fits;

	arena_init(&arena, ENVELOPE_ARENA_MAX);
	lists = part_all_addresses(part, &arena);
	fits = envelope_write_of(part, &lists, out);
	arena_done(&arena);
	return fits;
}
