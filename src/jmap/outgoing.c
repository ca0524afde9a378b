/*
 * Whose addresses are in an envelope, and whether they may be there. What parameters mean
 * is outgoing_parameters.c's.
 */
#include "jmap/outgoing_private.h"

#include <string.h>

#include "base/cleanup.h"
#include "message/part_fields.h"
#include "smtp/path.h"

enum { ADDRESS_TEXT_MAX = 2000 };

void outgoing_done(struct outgoing *out)
{
	json_decref(out->json);
	*out = (struct outgoing){ 0 };
}

/* ---- whose address ---- */

static slice domain_of(slice address)
{
	size_t n = address.n;

	while (n && address.p[n - 1] != '@')
		n--;
	return n ? slice_skip(address, n) : S("");
}

bool address_fits(slice address, slice pattern)
{
	slice domain = pattern;

	if (!take_literal(&domain, S("*@"))) return slice_eq_nocase(address, pattern);
	return domain.n && slice_eq_nocase(domain_of(address), domain);
}

bool outgoing_may_send_as(const struct jmap_user *user, slice address)
{
	for (uint32_t i = 0; i < user->address_count; i++)
		if (address_fits(address, user->addresses[i])) return true;
	return false;
}

/* local@domain as SMTP has it; empty when the arena is full. */
static slice address_of(const struct address *a, struct arena *arena)
{
	CLEANUP(buf_done) struct buf text;
	slice kept = { "", 0 };

	buf_init(&text, ADDRESS_TEXT_MAX);
	if (addr_spec_write(a->local, a->domain, &text))
		(void)arena_copy(arena, buf_slice(&text), &kept);
	return kept;
}

static bool same_address(slice a, slice b)
{
	slice domain = domain_of(a);

	return a.n == b.n && slice_eq_nocase(domain, domain_of(b)) &&
	       slice_eq(slice_head(a, a.n - domain.n), slice_head(b, b.n - domain.n));
}

/* ---- recipients ---- */

bool outgoing_room(struct outgoing *out, size_t count, struct arena *arena,
		   struct set_outcome *o)
{
	size_t size = sizeof(slice);

	if (count > JMAP_RECIPIENTS_MAX) {
		set_refuse(o, "tooManyRecipients", NULL, "there are too many recipients");
		o->further = json_pack("{s:i}", "maxRecipients", JMAP_RECIPIENTS_MAX);
		return false;
	}
	out->recipients = arena_alloc_array(arena, count + 1, size);
	out->notify = arena_alloc_array(arena, count + 1, size);
	out->originals = arena_alloc_array(arena, count + 1, size);
	return out->recipients && out->notify && out->originals;
}

bool outgoing_has(const struct outgoing *out, slice address)
{
	for (uint32_t i = 0; i < out->count; i++)
		if (same_address(out->recipients[i], address)) return true;
	return false;
}

static void refuse_recipients(const struct outgoing *out, struct set_outcome *o)
{
	json_t *bad = json_array();

	for (uint32_t i = 0; i < out->count; i++)
		if (!smtp_is_mailbox(out->recipients[i]))
			json_array_append_new(bad, json_slice(out->recipients[i]));
	if (json_array_size(bad)) {
		set_refuse(o, "invalidRecipients", NULL, "an address is none");
		o->further = json_pack("{s:O}", "invalidRecipients", bad);
	}
	json_decref(bad);
}

/* ---- the message's header ---- */

/* Fields that may come once (RFC 5322 3.6), and the property that shows each. */
static const struct {
	slice field;
	const char *property;
} once[] = {
	{ SLICE_INIT("Date"), "sentAt" },
	{ SLICE_INIT("From"), "from" },
	{ SLICE_INIT("Sender"), "sender" },
	{ SLICE_INIT("Reply-To"), "replyTo" },
	{ SLICE_INIT("To"), "to" },
	{ SLICE_INIT("Cc"), "cc" },
	{ SLICE_INIT("Bcc"), "bcc" },
	{ SLICE_INIT("Message-ID"), "messageId" },
	{ SLICE_INIT("In-Reply-To"), "inReplyTo" },
	{ SLICE_INIT("References"), "references" },
	{ SLICE_INIT("Subject"), "subject" },
};

static void email_fault(struct set_outcome *o, const char *property, const char *text)
{
	if (!o->error)
		set_refuse(o, "invalidEmail", property, text);
	else if (!strcmp(o->error, "invalidEmail"))
		json_array_append_new(o->properties, json_string(property));
}

static uint32_t count_fields(const struct mime_part *header, slice name)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < header->field_count; i++)
		if (slice_eq_nocase(slice_trim(header->fields[i].name), name)) count++;
	return count;
}

static void check_once(const struct mime_part *header, struct set_outcome *o)
{
	for (size_t i = 0; i < countof(once); i++)
		if (count_fields(header, once[i].field) > 1)
			email_fault(o, once[i].property, "a field comes twice");
}

/* The mailboxes of a field, without the groups' names. */
static uint32_t mailboxes(const struct mime_part *header, slice name, struct arena *arena,
			  const struct address **ret)
{
	struct address_list list = part_addresses(header, name, arena);
	struct address *kept = arena_alloc_array(arena, list.count + 1, sizeof(*kept));
	uint32_t count = 0;

	for (uint32_t i = 0; kept && i < list.count; i++)
		if (list.at[i].kind == ADDRESS_MAILBOX) kept[count++] = list.at[i];
	*ret = kept;
	return count;
}

/* Every author is the user; a Sender may be missing. */
static void check_authors(const struct mime_part *header, slice field,
			  const char *property, const struct jmap_user *user,
			  struct arena *arena, struct set_outcome *o)
{
	const struct address *list;
	uint32_t count = mailboxes(header, field, arena, &list);

	if (!count && count_fields(header, field))
		email_fault(o, property, "a field names nobody");
	for (uint32_t i = 0; i < count; i++) {
		slice address = address_of(&list[i], arena);

		if (!smtp_is_mailbox(address))
			email_fault(o, property, "an author has no address");
		else if (!outgoing_may_send_as(user, address) && !o->error)
			set_refuse(o, "forbiddenFrom", NULL,
				   "an author's address is not the user's");
	}
}

void outgoing_check(const struct outgoing *out, const struct mime_part *header,
		    const struct jmap_user *user, struct arena *arena,
		    struct set_outcome *o)
{
	if (o->error) return;
	check_once(header, o);
	if (!count_fields(header, S("From")))
		email_fault(o, "from", "a message has to have an author");
	check_authors(header, S("From"), "from", user, arena, o);
	check_authors(header, S("Sender"), "sender", user, arena, o);
	if (!o->error && out->reverse_path.n &&
	    !outgoing_may_send_as(user, out->reverse_path))
		set_refuse(o, "forbiddenMailFrom", NULL,
			   "the envelope's sender is not the user's");
	if (!o->error && !out->count)
		set_refuse(o, "noRecipients", NULL, "there is no recipient");
	if (!o->error) refuse_recipients(out, o);
}

/* ---- out of the header ---- */

/* The one address of Sender, or else of From. */
static slice sender_of(const struct mime_part *header, struct arena *arena,
		       struct set_outcome *o)
{
	bool has_sender = count_fields(header, S("Sender")) > 0;
	const struct address *list;
	uint32_t count =
		mailboxes(header, has_sender ? S("Sender") : S("From"), arena, &list);

	if (count > 1)
		email_fault(o, has_sender ? "sender" : "from",
			    "one address has to be the sender's");
	return count ? address_of(&list[0], arena) : S("");
}

static void derive_reverse_path(struct outgoing *out, const struct mime_part *header,
				slice identity, const struct jmap_user *user,
				struct arena *arena, struct set_outcome *o)
{
	out->reverse_path = sender_of(header, arena, o);
	if (address_fits(out->reverse_path, identity)) return;
	out->reverse_path = slice_starts(identity, S("*@")) ? user->login : identity;
}

static bool derive_recipients(struct outgoing *out, const struct mime_part *header,
			      struct arena *arena, struct set_outcome *o)
{
	static const slice fields[] = { SLICE_INIT("To"), SLICE_INIT("Cc"),
					SLICE_INIT("Bcc") };
	const struct address *lists[countof(fields)];
	uint32_t counts[countof(fields)], all = 0;

	for (size_t i = 0; i < countof(fields); i++)
		all += counts[i] = mailboxes(header, fields[i], arena, &lists[i]);
	if (!outgoing_room(out, all, arena, o)) return o->error != NULL;
	for (size_t i = 0; i < countof(fields); i++)
		for (uint32_t k = 0; k < counts[i]; k++) {
			slice address = address_of(&lists[i][k], arena);

			if (address.n && !outgoing_has(out, address))
				out->recipients[out->count++] = address;
		}
	return true;
}

void outgoing_derive(struct outgoing *out, const struct mime_part *header, slice identity,
		     const struct jmap_user *user, struct arena *arena,
		     struct set_outcome *o)
{
	json_t *recipients;

	*out = (struct outgoing){ 0 };
	derive_reverse_path(out, header, identity, user, arena, o);
	if (!derive_recipients(out, header, arena, o))
		set_refuse(o, "tooLarge", NULL, "the header is too large");
	recipients = json_array();
	for (uint32_t i = 0; i < out->count; i++)
		json_array_append_new(recipients,
				      json_pack("{s:o,s:n}", "email",
						json_slice(out->recipients[i]),
						"parameters"));
	out->json = json_pack("{s:{s:o,s:n},s:o}", "mailFrom", "email",
			      json_slice(out->reverse_path), "parameters", "rcptTo",
			      recipients);
}
