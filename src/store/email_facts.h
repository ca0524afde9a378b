/*
 * email_facts.h - what filters and sorting ask of many emails
 *
 * Read from narrow rows where all are asked for. Nothing here tells who sees an email:
 * that is its places'.
 */
#pragma once

#include "store/email_view.h"

struct email_facts {
	int64_t id, thread;
	int64_t received, sent; /* UNIX seconds; SENT_UNKNOWN */
	uint64_t size;
	bool has_attachment;
};

/* Those that come behind (received, id), in that order. false ends. email_arrivals_each
 * tells nothing but these two, in less time. */
typedef bool email_facts_visitor(void *context, const struct email_facts *f);
enum err email_facts_each(struct account *a, int64_t received, int64_t id,
			  email_facts_visitor *visit, void *context);
enum err email_arrivals_each(struct account *a, int64_t received, int64_t id,
			     email_facts_visitor *visit, void *context);
/* All, the newest first. */
enum err email_newest_each(struct account *a, email_facts_visitor *visit, void *context);
/* ERR_NOT_FOUND when it is gone. */
enum err email_facts_get(struct account *a, int64_t id, struct email_facts *ret);

/* The mailboxes that an email is in; the emails of a mailbox, from a UID on. false ends.
 */
typedef bool email_place_visitor(void *context, int64_t email,
				 const struct email_place *p);
enum err email_places_each(struct account *a, int64_t email, email_place_visitor *visit,
			   void *context);
enum err email_places_in(struct account *a, int64_t mailbox, uint32_t first_uid,
			 email_place_visitor *visit, void *context);

/* Texts that are sorted by, decoded; "Name <local@domain>, ...". */
struct email_texts {
	slice subject, from, to;
};
/* The slices are valid during the call. ERR_NOT_FOUND when it is gone. */
typedef void email_texts_visitor(void *context, const struct email_texts *t);
enum err email_texts_get(struct account *a, int64_t id, email_texts_visitor *visit,
			 void *context);
