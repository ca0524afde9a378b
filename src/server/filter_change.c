#include "server/filter_change.h"

#include <string.h>

#include "base/cleanup.h"
#include "policy/header_section.h"
#include "smtp/path.h"

/* ---- reading ---- */

/* What pretends to be ours is to go, and filters are not to see it. */
static void drop_cut_fields(struct filtering *f, slice section)
{
	struct field_list *l = &f->fields;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < l->count; i++) {
		uint64_t offset = (uint64_t)(l->fields[i].raw.p - section.p);

		if (!incoming_is_cut(*f->message, offset))
			l->fields[kept++] = l->fields[i];
	}
	l->count = kept;
}

enum err filter_read(struct filtering *f)
{
	slice section = { 0 };

	f->is_headless = !begins_with_field(*f->message);
	if (!f->is_headless &&
	    !header_section_read(*f->message, &f->arena, &section, &f->body_start))
		return ERR_MALFORMED;
	if (!field_list_read(&f->fields, section, &f->arena)) return ERR_MALFORMED;
	drop_cut_fields(f, section);
	return ERR_NONE;
}

/* ---- changing ---- */

static bool set_sender(struct filtering *f, slice address)
{
	if (address.n && !smtp_is_mailbox(address)) return false;
	f->has_new_envelope = true;
	return arena_copy(&f->arena, address, &f->mail.sender);
}

static uint32_t find_recipient(const struct filtering *f, slice address)
{
	uint32_t at = 0;

	while (at < f->mail.recipient_count &&
	       !slice_eq_nocase(f->mail.recipients[at], address))
		at++;
	return at;
}

static bool add_recipient(struct filtering *f, slice address)
{
	uint32_t n = f->mail.recipient_count;
	slice *grown;

	if (!smtp_is_mailbox(address) || n >= FILTER_RECIPIENTS_MAX) return false;
	if (find_recipient(f, address) < n) return true;
	grown = arena_alloc_array(&f->arena, n + 1, sizeof(*grown));
	if (!grown || !arena_copy(&f->arena, address, &grown[n])) return false;
	if (n) memcpy(grown, f->mail.recipients, n * sizeof(*grown));
	f->mail.recipients = grown;
	f->mail.recipient_count++;
	f->has_new_envelope = true;
	return true;
}

static bool remove_recipient(struct filtering *f, slice address)
{
	uint32_t n = f->mail.recipient_count, at = find_recipient(f, address);
	slice *fewer;

	if (at == n) return true;
	fewer = arena_alloc_array(&f->arena, n, sizeof(*fewer));
	if (!fewer) return false;
	for (uint32_t i = 0, kept = 0; i < n; i++)
		if (i != at) fewer[kept++] = f->mail.recipients[i];
	f->mail.recipients = fewer;
	f->mail.recipient_count--;
	f->has_new_envelope = true;
	return true;
}

/* The verdict's memory ends with it. */
static bool change_field(struct filtering *f, struct milter_edit e)
{
	slice name = e.name;

	if (!arena_copy(&f->arena, name, &e.name) ||
	    !arena_copy(&f->arena, e.value, &e.value))
		return false;
	return field_list_edit(&f->fields, &e);
}

static bool apply(struct filtering *f, const struct milter_edit *e)
{
	switch (e->kind) {
	case EDIT_SENDER:
		return set_sender(f, e->value);
	case EDIT_ADD_RCPT:
		return add_recipient(f, e->value);
	case EDIT_REMOVE_RCPT:
		return remove_recipient(f, e->value);
	case EDIT_ADD_FIELD:
	case EDIT_INSERT_FIELD:
	case EDIT_CHANGE_FIELD:
		break;
	}
	return change_field(f, *e);
}

static void take_new_body(struct filtering *f)
{
	incoming_free(f->body);
	f->body = f->new_body;
	f->new_body = NULL;
	f->body_start = 0;
	f->has_new_body = f->breaks_seals = true;
}

bool filter_apply(struct filtering *f, const struct milter_verdict *v)
{
	for (uint32_t i = 0; i < v->edit_count; i++)
		if (!apply(f, v->edits + i)) return false;
	if (v->has_new_body && f->new_body) take_new_body(f);
	f->is_quarantined |= v->quarantined;
	f->breaks_seals |= f->fields.has_lost;
	return true;
}

/* ---- writing ---- */

/* Without a field there is no empty line in front of a body that came without one. */
static bool write_header(const struct filtering *f, struct buf *out)
{
	field_list_write(&f->fields, out);
	if (out->n || !f->is_headless) buf_add(out, S("\r\n"));
	return !out->overflow;
}

enum err filter_write(struct filtering *f)
{
	const struct incoming *body = f->body ? f->body : *f->message;
	struct incoming *fresh = incoming_new_like(*f->message);
	CLEANUP(buf_done) struct buf header;
	enum err e = ERR_LIMIT;

	buf_init(&header, FILTER_HEADER_MAX);
	if (write_header(f, &header)) e = incoming_add(fresh, buf_slice(&header));
	if (!e)
		e = incoming_add_from(fresh, body, f->body_start,
				      incoming_size(body) - f->body_start);
	if (e) {
		incoming_free(fresh);
		return e;
	}
	incoming_free(*f->message);
	*f->message = fresh;
	return ERR_NONE;
}
