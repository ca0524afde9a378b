#include "jmap/draft_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/random.h"
#include "jmap/arguments.h"
#include "jmap/header_input.h"
#include "jmap/set.h"
#include "message/header_write.h"
#include "message/text.h"

enum {
	FIELDS_MAX = MIME_HEADER_MAX - 8192, /* room for what is added */
	FIELD_NAME_MAX = 256,
	ID_OCTETS = 16,
};

void draft_init(struct draft *d)
{
	*d = (struct draft){ 0 };
	arena_init(&d->arena, DRAFT_ARENA_MAX);
	buf_init(&d->fields, FIELDS_MAX);
}

static void close_blobs(struct draft *d)
{
	for (struct draft_blob *b = d->blobs; b; b = b->next)
		for (size_t i = 0; i < countof(b->binary); i++) {
			binary_close(b->binary[i]);
			b->binary[i] = NULL;
		}
}

void draft_done(struct draft *d)
{
	close_blobs(d);
	incoming_free(d->message);
	json_decref(d->faults);
	json_decref(d->missing);
	json_decref(d->used);
	buf_done(&d->fields);
	arena_done(&d->arena);
	*d = (struct draft){ 0 };
}

/* --- what its files share --- */

static void add_once(json_t **list, const char *text)
{
	json_t *item;
	size_t i;

	if (!*list) *list = json_array();
	json_array_foreach(*list, i,
			   item) if (!strcmp(json_string_value(item), text)) return;
	json_array_append_new(*list, json_string(text));
}

void draft_fault(struct draft *d, const char *property, const char *format, ...)
{
	va_list args;

	if (!d->faults) {
		va_start(args, format);
		vsnprintf(d->description, sizeof(d->description), format, args);
		va_end(args);
	}
	add_once(&d->faults, property);
}

void *draft_alloc(struct draft *d, size_t size)
{
	void *memory = arena_alloc(&d->arena, size);

	if (!memory) d->is_too_large = true;
	return memory;
}

slice draft_keep(struct draft *d, slice octets)
{
	slice kept = { "", 0 };

	if (!arena_copy(&d->arena, octets, &kept)) d->is_too_large = true;
	return kept;
}

bool draft_is_absent(const json_t *value)
{
	return json_is_null(value) ||
	       (json_is_array(value) && json_array_size(value) == 0);
}

bool draft_claim_field(struct draft *d, json_t *used, slice field, const char *property)
{
	char name[FIELD_NAME_MAX + 1] = { 0 };
	const char *other;

	if (field.n > FIELD_NAME_MAX) field.n = FIELD_NAME_MAX;
	for (size_t i = 0; i < field.n; i++)
		name[i] = lower_ascii(field.p[i]);
	other = json_string_value(json_object_get(used, name));
	if (!other) {
		json_object_set_new(used, name, json_string(property));
		return true;
	}
	draft_fault(d, other, "the field %s is set twice", name);
	draft_fault(d, property, "the field %s is set twice", name);
	return false;
}

void draft_header_property(struct draft *d, json_t *used, const char *name,
			   const json_t *value, const char *property, struct buf *out)
{
	struct header_property p;

	if (!header_property_parse(slice_of(name), &p)) {
		draft_fault(d, property, "\"%.100s\" is no field and form", name);
		return;
	}
	if (draft_is_absent(value) || !draft_claim_field(d, used, p.name, property))
		return;
	if (!header_input_property(&p, value, &d->arena, out) && !out->overflow)
		draft_fault(d, property, "\"%.100s\" cannot have that value", name);
}

/* --- the Email --- */

static const struct {
	const char *property;
	slice field;
	enum header_form form;
} conveniences[] = {
	{ "messageId", SLICE_INIT("Message-ID"), HEADER_MESSAGE_IDS },
	{ "inReplyTo", SLICE_INIT("In-Reply-To"), HEADER_MESSAGE_IDS },
	{ "references", SLICE_INIT("References"), HEADER_MESSAGE_IDS },
	{ "sender", SLICE_INIT("Sender"), HEADER_ADDRESSES },
	{ "from", SLICE_INIT("From"), HEADER_ADDRESSES },
	{ "to", SLICE_INIT("To"), HEADER_ADDRESSES },
	{ "cc", SLICE_INIT("Cc"), HEADER_ADDRESSES },
	{ "bcc", SLICE_INIT("Bcc"), HEADER_ADDRESSES },
	{ "replyTo", SLICE_INIT("Reply-To"), HEADER_ADDRESSES },
	{ "subject", SLICE_INIT("Subject"), HEADER_TEXT },
	{ "sentAt", SLICE_INIT("Date"), HEADER_DATE },
};

/* Read by draft_body, and by who places the email (placement.h). */
static const char *const elsewhere[] = {
	"mailboxIds", "keywords", "receivedAt",  "bodyStructure",
	"textBody",   "htmlBody", "attachments", "bodyValues",
};

static bool is_elsewhere(const char *name)
{
	for (size_t i = 0; i < countof(elsewhere); i++)
		if (!strcmp(elsewhere[i], name)) return true;
	return false;
}

static bool set_convenience(struct draft *d, const char *name, const json_t *value)
{
	for (size_t i = 0; i < countof(conveniences); i++) {
		slice field = conveniences[i].field;

		if (strcmp(conveniences[i].property, name) != 0) continue;
		if (draft_is_absent(value) || !draft_claim_field(d, d->used, field, name))
			return true;
		if (!header_input_write(field, conveniences[i].form, value, &d->arena,
					&d->fields) &&
		    !d->fields.overflow)
			draft_fault(d, name, "\"%s\" cannot have that value", name);
		return true;
	}
	return false;
}

static void set_field(struct draft *d, const char *name, const json_t *value)
{
	slice field = slice_of(name);

	if (take_literal(&field, S("header:")) &&
	    slice_starts_nocase(field, S("Content-")))
		draft_fault(d, name, "\"%.100s\" belongs to a part", name);
	else if (!strncmp(name, "header:", 7))
		draft_header_property(d, d->used, name, value, name, &d->fields);
	else
		draft_fault(d, name, "\"%.100s\" cannot be set", name);
}

/* MIME-Version is written by compose.h. */
static void drop_version(struct draft *d)
{
	if (json_object_get(d->used, "mime-version"))
		draft_fault(d,
			    json_string_value(json_object_get(d->used, "mime-version")),
			    "MIME-Version is the server's");
}

void draft_parse(struct draft *d, json_t *object)
{
	const char *name;
	json_t *value;

	d->object = object;
	d->used = json_object();
	json_object_foreach(object, name, value) if (!is_elsewhere(name) &&
						     !set_convenience(d, name, value))
		set_field(d, name, value);
	draft_body(d);
	drop_version(d);
	if (d->fields.overflow) d->is_too_large = true;
	if (!d->root && !d->is_too_large && !d->faults)
		draft_fault(d, "bodyStructure", "there is no part");
}

static bool is_faulty(const struct draft *d)
{
	return d->faults || d->missing || d->is_too_large;
}

enum err draft_open(struct draft *d, struct account *a)
{
	enum err e = ERR_NONE;

	close_blobs(d);
	json_decref(d->missing);
	d->missing = NULL;
	for (struct draft_blob *b = d->blobs; !e && b; b = b->next) {
		e = binary_open(a, b->id, &b->binary[0]);
		if (!e && b->is_looked_at) e = binary_open(a, b->id, &b->binary[1]);
		if (e != ERR_NOT_FOUND) continue;
		add_once(&d->missing, b->id.p);
		e = ERR_NONE;
	}
	return e;
}

/* --- the message --- */

struct sink {
	struct draft *draft;
	uint64_t max;
};

static bool add_to_message(void *context, slice octets)
{
	struct sink *s = context;

	if (incoming_size(s->draft->message) + octets.n > s->max) {
		s->draft->is_too_large = true;
		return false;
	}
	return incoming_add(s->draft->message, octets) == ERR_NONE;
}

/* The domain that the user logs in with has the id's right half. */
static void add_domain(slice login, struct buf *out)
{
	size_t n = login.n;

	while (n && login.p[n - 1] != '@')
		n--;
	if (!n || !domain_to_ascii(slice_skip(login, n), out))
		buf_add(out, S("localhost"));
}

static void add_message_id(const struct jmap_user *user, struct buf *out)
{
	CLEANUP(buf_done) struct buf text;
	slice id;

	buf_init(&text, HEADER_LINE_MAX);
	random_add_id(&text, ID_OCTETS);
	buf_add_char(&text, '@');
	add_domain(user->login, &text);
	id = buf_slice(&text);
	header_write_ids(S("Message-ID"), &id, 1, out);
}

/* Those that are missing, those that were given, and those of the first part. */
static slice all_fields(struct draft *d, const struct jmap_user *user, int64_t now)
{
	CLEANUP(buf_done) struct buf all;

	buf_init(&all, 2 * MIME_HEADER_MAX);
	if (!json_object_get(d->used, "date"))
		header_write_date(S("Date"), (struct date){ .instant = now }, &all);
	if (!json_object_get(d->used, "message-id")) add_message_id(user, &all);
	buf_add(&all, buf_slice(&d->fields));
	buf_add(&all, d->root->fields);
	return draft_keep(d, buf_slice(&all));
}

static enum err compose(struct draft *d, const struct jmap_user *user, int64_t now)
{
	struct sink sink = { d, user->message_max };
	CLEANUP(buf_done) struct buf boundary;
	enum err e = ERR_NONE;

	buf_init(&boundary, COMPOSE_BOUNDARY_MAX);
	random_add_id(&boundary, ID_OCTETS);
	d->root->fields = all_fields(d, user, now);
	if (!d->is_too_large)
		e = compose_write(d->root, buf_slice(&boundary), add_to_message, &sink);
	return d->is_too_large ? ERR_NONE : e;
}

void draft_compose(struct draft *d, struct store *store, const struct jmap_user *user,
		   int64_t now)
{
	if (is_faulty(d)) return;
	d->message = incoming_new(store);
	d->failure = compose(d, user, now);
	if (!d->failure && !d->is_too_large) d->failure = incoming_finish(d->message);
	close_blobs(d);
}

/* --- what is wrong --- */

bool draft_refuse(struct draft *d, uint64_t message_max, struct set_outcome *o)
{
	if (d->missing) {
		set_refuse(o, "blobNotFound", NULL, "a part's blobId names nothing");
		o->further = json_pack("{s:O}", "notFound", d->missing);
	} else if (d->faults) {
		set_refuse(o, "invalidProperties", NULL, d->description);
		o->properties = json_deep_copy(d->faults);
	} else if (d->is_too_large) {
		set_refuse(o, "tooLarge", NULL, "the message would be too large");
		o->further = json_pack("{s:I}", "maxSize", (json_int_t)message_max);
	}
	return is_faulty(d);
}
