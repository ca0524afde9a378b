#include "jmap/email_property.h"

#include "jmap/arguments.h"
#include "jmap/binary.h"
#include "jmap/body_value.h"
#include "jmap/email_visible.h"
#include "jmap/json_address.h"
#include "message/preview.h"

enum { BLOB_ID_MAX = 255, PREVIEW_OCTETS_MAX = PREVIEW_MAX * 4 };

/* --- what is stored besides the message (RFC 8621 4.1.1) --- */

static json_t *id(struct email_reading *r)
{
	return json_id(OBJECT_EMAIL, call_user(r->call)->account, r->view->id);
}

static json_t *blob_id(struct email_reading *r)
{
	return json_slice(r->blob);
}

static json_t *thread_id(struct email_reading *r)
{
	return json_id(OBJECT_THREAD, call_user(r->call)->account, r->view->thread);
}

static json_t *mailbox_ids(struct email_reading *r)
{
	json_t *set = json_object();

	for (uint32_t i = 0; i < r->view->place_count; i++) {
		const struct email_place *p = &r->view->places[i];
		json_t *key =
			json_id(OBJECT_MAILBOX, call_user(r->call)->account, p->mailbox);

		if (place_is_visible(p))
			json_object_set_new(set, json_string_value(key), json_true());
		json_decref(key);
	}
	return set;
}

struct keyword_set {
	uint64_t flags;
	json_t *set;
};

static void add_keyword(void *context, uint64_t bit, slice name)
{
	struct keyword_set *k = context;
	json_t *key;

	if (!(k->flags & bit)) return;
	key = json_lower(name);
	json_object_set_new(k->set, json_string_value(key), json_true());
	json_decref(key);
}

static json_t *keywords(struct email_reading *r)
{
	static const struct {
		uint64_t flag;
		slice name;
	} known[] = {
		{ FLAG_SEEN, SLICE_INIT("$seen") },
		{ FLAG_ANSWERED, SLICE_INIT("$answered") },
		{ FLAG_FLAGGED, SLICE_INIT("$flagged") },
		{ FLAG_DRAFT, SLICE_INIT("$draft") },
	};
	struct keyword_set k = { email_visible_flags(r->view), json_object() };

	for (size_t i = 0; i < countof(known); i++)
		add_keyword(&k, known[i].flag, known[i].name);
	r->failure = keyword_each(r->account, add_keyword, &k);
	return k.set;
}

static json_t *size(struct email_reading *r)
{
	return json_integer((json_int_t)(r->view ? r->view->size : r->octets.size));
}

static json_t *received_at(struct email_reading *r)
{
	return utc_date(r->view->received);
}

/* --- the body (RFC 8621 4.1.4) --- */

static json_t *header_fields(struct email_reading *r)
{
	return header_list(&r->mime->parts[0]);
}

static json_t *body_structure(struct email_reading *r)
{
	return body_part_tree(&r->parts, &r->request->parts);
}

static json_t *text_body(struct email_reading *r)
{
	return body_part_list(&r->parts, &r->lists.text, &r->request->parts);
}

static json_t *html_body(struct email_reading *r)
{
	return body_part_list(&r->parts, &r->lists.html, &r->request->parts);
}

static json_t *attachments(struct email_reading *r)
{
	return body_part_list(&r->parts, &r->lists.attachments, &r->request->parts);
}

static void add_value(struct email_reading *r, uint32_t part, json_t *values)
{
	json_t *key = json_part_id(part), *value;
	const char *id = json_string_value(key);

	if (part_has_type(&r->mime->parts[part], S("text"), S("")) &&
	    !json_object_get(values, id) && !call_has_failed(r->call)) {
		value = body_value(&r->parts, part, r->request->value_max);
		json_object_set_new(values, id, value);
		call_reserve(r->call, json_dumpb(value, NULL, 0, JSON_COMPACT));
	}
	json_decref(key);
}

static void add_values_of(struct email_reading *r, const struct body_list *list,
			  json_t *values)
{
	for (uint32_t i = 0; i < list->count; i++)
		add_value(r, list->parts[i], values);
}

/* What it takes of the answer is reserved as it grows. */
static json_t *body_values(struct email_reading *r)
{
	json_t *values = json_object();

	if (r->request->text_values) add_values_of(r, &r->lists.text, values);
	if (r->request->html_values) add_values_of(r, &r->lists.html, values);
	if (!r->request->all_values) return values;
	for (uint32_t i = 0; i < r->mime->part_count; i = body_part_next(r->mime, i))
		add_value(r, i, values);
	return values;
}

static json_t *has_attachment(struct email_reading *r)
{
	return json_boolean(r->view ? r->view->has_attachment
				    : body_lists_have_attachment(r->mime, &r->lists));
}

static bool read_octets(void *source, uint64_t offset, char *into, size_t n)
{
	return octets_read(source, offset, into, n);
}

static json_t *preview(struct email_reading *r)
{
	struct buf text;

	if (r->view) return json_slice(r->view->preview);
	buf_init(&text, PREVIEW_OCTETS_MAX);
	preview_write(r->mime, &r->lists, read_octets, &r->octets, &text);
	return json_buf(&text);
}

/* --- the table --- */

#define BOTH (EMAIL_DEFAULT_GET | EMAIL_DEFAULT_PARSE)
#define FIELD(property, field, form)                                                     \
	{                                                                                \
		.name = (property), .needs = NEEDS_HEADER, .defaults = BOTH, .header = { \
			SLICE_INIT(field),                                               \
			form,                                                            \
			false                                                            \
		}                                                                        \
	}

/* clang-format off */
const struct email_property email_properties[] = {
	{ "id", NEEDS_NOTHING, EMAIL_DEFAULT_GET, IS_STORED, id },
	{ "blobId", NEEDS_NOTHING, EMAIL_DEFAULT_GET, IS_PLAIN, blob_id },
	{ "threadId", NEEDS_NOTHING, EMAIL_DEFAULT_GET, IS_STORED, thread_id },
	{ "mailboxIds", NEEDS_NOTHING, EMAIL_DEFAULT_GET, IS_STORED, mailbox_ids },
	{ "keywords", NEEDS_NOTHING, EMAIL_DEFAULT_GET, IS_STORED, keywords },
	{ "size", NEEDS_NOTHING, EMAIL_DEFAULT_GET, IS_PLAIN, size },
	{ "receivedAt", NEEDS_NOTHING, EMAIL_DEFAULT_GET, IS_STORED, received_at },
	FIELD("messageId", "Message-ID", HEADER_MESSAGE_IDS),
	FIELD("inReplyTo", "In-Reply-To", HEADER_MESSAGE_IDS),
	FIELD("references", "References", HEADER_MESSAGE_IDS),
	FIELD("sender", "Sender", HEADER_ADDRESSES),
	FIELD("from", "From", HEADER_ADDRESSES),
	FIELD("to", "To", HEADER_ADDRESSES),
	FIELD("cc", "Cc", HEADER_ADDRESSES),
	FIELD("bcc", "Bcc", HEADER_ADDRESSES),
	FIELD("replyTo", "Reply-To", HEADER_ADDRESSES),
	FIELD("subject", "Subject", HEADER_TEXT),
	FIELD("sentAt", "Date", HEADER_DATE),
	{ "headers", NEEDS_HEADER, 0, IS_PLAIN, header_fields },
	{ "hasAttachment", NEEDS_NOTHING, BOTH, IS_PLAIN, has_attachment },
	{ "preview", NEEDS_PREVIEW, BOTH, IS_PLAIN, preview },
	{ "bodyStructure", NEEDS_BODY, 0, IS_PLAIN, body_structure },
	{ "bodyValues", NEEDS_BODY, BOTH, RESERVES_ITSELF, body_values },
	{ "textBody", NEEDS_BODY, BOTH, IS_PLAIN, text_body },
	{ "htmlBody", NEEDS_BODY, BOTH, IS_PLAIN, html_body },
	{ "attachments", NEEDS_BODY, BOTH, IS_PLAIN, attachments },
};
/* clang-format on */
const size_t email_property_count = countof(email_properties);
