/*
 * email_property.h - the properties of an Email, each with how it is made (RFC 8621 4.1)
 *
 * Of an email in the store, or of a blob that is read as one.
 */
#pragma once

#include "jmap/email_request.h"
#include "store/email_view.h"

/* What must be read for a property; what is stored besides the message always is. */
enum email_need {
	NEEDS_NOTHING = 0,
	NEEDS_PREVIEW = 1, /* of an email in the store */
	NEEDS_HEADER = 2,
	NEEDS_BODY = 4,
};

/* To be begun with call, account, request, arena, and view or else octets; and blob. */
struct email_reading {
	struct call *call;
	struct account *account;
	const struct email_request *request;
	struct arena *arena;
	const struct email_view *view; /* NULL: a blob */
	slice blob;                    /* its id */
	struct octets octets;
	/* The whole, or its header alone when no body is needed. */
	const struct mime *mime;
	struct part_source parts;
	struct body_lists lists;
	bool is_unreadable;
	enum err failure; /* of the store or its disk, while a property was made */
};

enum email_trait {
	IS_PLAIN = 0,
	IS_STORED = 1,       /* of a blob it is null */
	RESERVES_ITSELF = 2, /* its share of the answer, as it grows */
};

struct email_property {
	const char *name;
	unsigned needs;    /* enum email_need */
	unsigned defaults; /* enum email_default */
	unsigned traits;
	json_t *(*make)(struct email_reading *r); /* NULL: a field */
	struct header_property header;
};

extern const struct email_property email_properties[];
extern const size_t email_property_count;

/* The octets as far as the request needs them: of the stored email, or of the blob, which
 * the caller has opened. ERR_NOT_FOUND when they are gone. */
enum err email_reading_parse(struct email_reading *r);
/* The object with all that the request wants; NULL when the answer has become too large.
 * failure is to be looked at afterwards. */
json_t *email_reading_object(struct email_reading *r);
void email_reading_done(struct email_reading *r);
